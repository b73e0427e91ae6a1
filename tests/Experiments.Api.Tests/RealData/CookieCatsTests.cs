using System.Text.Json;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.RealData;

/// <summary>Cookie Cats: a gate moved from level 30 to level 40, which kept fewer players; and one player who spoils every mean.</summary>
public sealed class CookieCatsTests
{
    internal const string Query =
        "variant=version&user=userid&complete=true&kpi=retention_1:retention_1&kpi=retention_7:retention_7"
        + "&kpi=sum_gamerounds:sum_gamerounds&kpi=rounds-capped:sum_gamerounds";

    [Fact]
    public async Task Import_WholeFile_GivesTheFiguresOfTheReferenceAndPromotesNothing()
    {
        var csv = SharedData.Read("cookie_cats.csv.gz");
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await DefineAsync(api);

        var first = await api.ImportAsync("cookie-cats", Query, csv);
        Assert.Equal(90_189, first.Whole("rows"));
        Assert.Equal(90_189, first.Whole("exposures"));
        Assert.Equal(0, first.Whole("rejectedRows"));

        var results = await api.ResultsAsync("cookie-cats");
        AreThoseOfTheReference(results);

        var second = await api.ImportAsync("cookie-cats", Query, csv);
        Assert.Equal(first.Whole("exposures") + first.Whole("kpiEvents"), second.Whole("duplicates"));
        Assert.Equal(results.Without("asOf"), (await api.ResultsAsync("cookie-cats")).Without("asOf"));

        await PromotesNothingAsync(host, api);
    }

    internal static void AreThoseOfTheReference(JsonElement results)
    {
        var reference = SharedData.Reference("cookie_cats");
        foreach (var (kpi, figures) in new[]
        {
            ("retention_1", "retention_1"), ("retention_7", "retention_7"), ("sum_gamerounds", "sum_gamerounds"),
            ("rounds-capped", "sum_gamerounds_capped_at_3000"),
        })
        {
            ReferenceFigures.AreThoseOf(results.Kpi(kpi), "gate_30", "gate_40", reference.GetProperty(figures));
        }

        var srm = results.GetProperty("health").GetProperty("srm");
        Assert.Equal(44_700, srm.GetProperty("observed").Number("gate_30"));
        Assert.Equal(45_489, srm.GetProperty("observed").Number("gate_40"));
        Near.Absolute("chi-square", reference.GetProperty("srm").Number("chi_square"), srm.Number("chiSquare"), 1e-6);
        Near.Absolute("p-value", reference.GetProperty("srm").Number("p_value"), srm.Number("chiSquarePValue"), 1e-6);
    }

    private static async Task PromotesNothingAsync(ApiHost host, ApiClient api)
    {
        await Looks.OneMoreAsync(host, api, "cookie-cats");

        // The later gate does harm: the safety stop may end the test, the evidence is just short of the finding, and nothing is promoted.
        host.Jump(TimeSpan.FromDays(30));
        var results = await api.ResultsAsync("cookie-cats");
        Assert.Contains(results.GetProperty("verdict").Text("state"), new[] { "loser", "undecided" });
        Assert.NotEqual("gate_30", results.GetProperty("verdict").GetProperty("variant").GetString());
        Assert.Contains(results.Kpi("retention_7").Comparison("gate_40").GetProperty("sequential").Text("decision"), new[] { "worse", "undecided" });
        Assert.Empty((await api.GetAsync("/v1/best-practices")).GetProperty("items").EnumerateArray());
        var decisions = (await api.GetAsync("/v1/experiments/cookie-cats/decisions")).GetProperty("items");
        Assert.DoesNotContain(decisions.EnumerateArray(), d => d.Text("action") == "promote");
    }

    internal static async Task DefineAsync(ApiClient api)
    {
        await api.PostAsync("/v1/kpis", """{"key":"retention_1","type":"proportion","direction":"increase"}""");
        await api.PostAsync("/v1/kpis", """{"key":"retention_7","type":"proportion","direction":"increase"}""");
        await api.PostAsync("/v1/kpis", """{"key":"sum_gamerounds","type":"mean","direction":"increase"}""");
        await api.PostAsync("/v1/kpis", """{"key":"rounds-capped","type":"mean","event":"sum_gamerounds","cap":3000,"direction":"increase"}""");
        await api.PostAsync("/v1/hypotheses",
            """
            {"key":"later-gate","because":"a gate annoys","change":"gate at level 40","audience":"new players",
             "expect":{"kpi":"retention_7","direction":"increase","lift":0.05,"confidence":0.6}}
            """);
        await api.PostAsync("/v1/experiments",
            """
            {"key":"cookie-cats","hypothesis":"later-gate","parameter":"gate.level","control":"gate_30","primaryKpi":"retention_7",
             "variants":[{"key":"gate_30","weight":1,"value":30},{"key":"gate_40","weight":1,"value":40}],
             "secondaryKpis":["retention_1","sum_gamerounds","rounds-capped"]}
            """);
        await api.PostAsync("/v1/experiments/cookie-cats/start", """{"at":"2016-01-01T00:00:00Z"}""");
    }
}
