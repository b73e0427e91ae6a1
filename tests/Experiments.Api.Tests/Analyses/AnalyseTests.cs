using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Analyses;

public sealed class AnalyseTests(SharedApi shared) : IClassFixture<SharedApi>
{
    private const string Good =
        """
        {"kpi":{"type":"proportion","direction":"increase"},"control":"a",
         "variants":[{"key":"a","users":1000,"conversions":100},{"key":"b","users":1000,"conversions":130}]}
        """;

    public static TheoryData<string, string> BadRequests => new()
    {
        { """{"alpha":0.6}""", "alpha" },
        { """{"alpha":0}""", "alpha" },
        { """{"alpha":-0.05}""", "alpha" },
        { """{"kind":"multivariate"}""", "kind" },
        { """{"kpi":null}""", "kpi" },
        { """{"kpi":{"type":"median"}}""", "kpi.type" },
        { """{"kpi":{"type":"proportion","direction":"sideways"}}""", "kpi.direction" },
        { """{"control":null}""", "control" },
        { """{"control":"c"}""", "control" },
        { """{"variants":null}""", "variants" },
        { """{"variants":[]}""", "variants" },
        { """{"variants":[{"key":"a","users":1,"conversions":1}]}""", "variants" },
        { """{"variants":[{"key":"a","users":1,"conversions":1},null]}""", "variants[1]" },
        { """{"variants":[{"key":"a","users":1,"conversions":1},{"key":"a","users":1,"conversions":1}]}""", "variants" },
        { """{"variants":[{"key":"a","users":1,"conversions":1},{"users":1,"conversions":1}]}""", "variants[1].key" },
        { """{"variants":[{"key":"a","users":10,"conversions":11},{"key":"b","users":1,"conversions":1}]}""", "variants[0].conversions" },
        { """{"variants":[{"key":"a","users":10,"conversions":-1},{"key":"b","users":1,"conversions":1}]}""", "variants[0].conversions" },
        { """{"variants":[{"key":"a","users":10},{"key":"b","users":1,"conversions":1}]}""", "variants[0].conversions" },
        { """{"variants":[{"key":"a","users":-1,"conversions":0},{"key":"b","users":1,"conversions":1}]}""", "variants[0].users" },
        { """{"variants":[{"key":"a","users":9000000000000000000,"conversions":0},{"key":"b","users":1,"conversions":1}]}""", "variants[0].users" },
        { """{"variants":[{"key":"a","weight":-1,"users":1,"conversions":0},{"key":"b","users":1,"conversions":1}]}""", "variants[0].weight" },
        { """{"variants":[{"key":"a","weight":0,"users":1,"conversions":0},{"key":"b","weight":0,"users":1,"conversions":1}]}""", "variants" },
        { """{"epochs":[{"variants":[{"key":"a","users":1,"conversions":1},{"key":"b","users":1,"conversions":1}]}]}""", "variants" },
        { """{"variants":null,"epochs":[]}""", "epochs" },
        { """{"variants":null,"epochs":[null]}""", "epochs[0].variants" },
        { """{"variants":null,"epochs":[{}]}""", "epochs[0].variants" },
        { """{"variants":null,"epochs":[{"variants":[{"key":"b","users":1,"conversions":1},{"key":"c","users":1,"conversions":1}]}]}""", "control" },
        { """{"plan":{"baseline":1}}""", "plan.baseline" },
        { """{"plan":{"horizonUsers":0}}""", "plan.horizonUsers" },
        { """{"plan":{"directionWeight":1.1}}""", "plan.directionWeight" },
        { """{"plan":{"minimumDetectableLift":-0.1}}""", "plan.minimumDetectableLift" },
        { """{"kpi":{"type":"mean"}}""", "variants[0].sum" },
        { """{"kpi":{"type":"mean"},"variants":[{"key":"a","users":2,"sum":10,"sumOfSquares":49},{"key":"b","users":2,"sum":1,"sumOfSquares":1}]}""", "variants[0].sumOfSquares" },
        { """{"kpi":{"type":"mean"},"variants":[{"key":"a","users":0,"sum":1,"sumOfSquares":0},{"key":"b","users":2,"sum":1,"sumOfSquares":1}]}""", "variants[0].sumOfSquares" },
    };

    [Theory, MemberData(nameof(BadRequests))]
    public async Task Analyse_BadRequest_NamesTheField(string changes, string field) =>
        (await shared.Api.PostAsync("/v1/analyses", ApiHost.With(Good, changes)))
        .IsProblem(400, "invalid-request", field);

    [Theory]
    [InlineData("\"users\":1000", "\"users\":NaN", "malformed-json")]
    [InlineData("\"users\":1000", "\"users\":1e400", "wrong-type")]
    [InlineData("\"users\":1000", "\"users\":1.5", "wrong-type")]
    [InlineData("\"users\":1000", "\"users\":\"1000\"", "wrong-type")]
    [InlineData("\"users\":1000", "\"user\":1000", "unknown-member")]
    [InlineData("\"control\":\"a\"", "\"control\":\"a\",\"control\":\"b\"", "duplicate-member")]
    public async Task Analyse_BodyOfAnotherShape_Is400(string good, string bad, string code)
    {
        var at = Good.IndexOf(good, StringComparison.Ordinal);
        (await shared.Api.PostAsync("/v1/analyses", Good[..at] + bad + Good[(at + good.Length)..])).IsProblem(400, code);
    }

    [Fact]
    public async Task Analyse_CountsOfAnExperiment_GivesWhatItsResultsGive()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api);
        var at = host.Clock.GetUtcNow().AddDays(-3);
        await api.EventsAsync(
        [
            .. Crowd.Of("c", "none", 820, at, ("visit", 160), ("spend", 40)), .. Crowd.Of("c", "mens", 800, at, ("visit", 210), ("spend", 60)),
        ]);
        var results = await api.ResultsAsync(RunningService.Experiment);

        // The hypothesis declares a rise of visits and nothing of spend.
        var visit = await api.PostAsync("/v1/analyses",
            """
            {"kpi":{"type":"proportion","direction":"increase"},"control":"none","plan":{"minimumDetectableLift":0.1},
             "variants":[{"key":"none","users":820,"conversions":160},{"key":"mens","users":800,"conversions":210}]}
            """);
        var spend = await api.PostAsync("/v1/analyses",
            """
            {"kpi":{"type":"mean","direction":"increase"},"control":"none","plan":{"minimumDetectableLift":0.1,"directionWeight":0.5},
             "variants":[{"key":"none","users":820,"sum":40,"sumOfSquares":40},{"key":"mens","users":800,"sum":60,"sumOfSquares":60}]}
            """);
        foreach (var (kpi, analysis) in new[] { ("visit", visit), ("spend", spend) })
        {
            // How many users are not zero is not told for a mean.
            foreach (var variant in new[] { "none", "mens" })
            {
                Assert.Equal(results.Kpi(kpi).Variant(variant).Without("conversions"), analysis.Variant(variant).Without("conversions"));
            }

            // The odds of an effect rest on the other experiments of the installation, which an analysis does not know.
            var (stored, fresh) = (results.Kpi(kpi).Comparison("mens"), analysis.Comparison("mens"));
            Assert.Equal(stored.Without("sequential"), fresh.Without("sequential"));
            Assert.Equal(
                stored.GetProperty("sequential").Without("probabilityOfEffect"), fresh.GetProperty("sequential").Without("probabilityOfEffect"));
            Assert.Equal(results.Kpi(kpi).GetProperty("probabilityBest").GetRawText(), analysis.GetProperty("probabilityBest").GetRawText());
            Assert.Equal(
                results.GetProperty("health").GetProperty("srm").GetRawText(), analysis.GetProperty("health").GetProperty("srm").GetRawText());
        }
    }

    [Fact]
    public async Task Analyse_EpochsOfOppositeSeasons_ArePooledByNobody()
    {
        var api = new ApiClient(shared.Api.CreateClient());
        var analysis = await api.PostAsync("/v1/analyses",
            """
            {"kpi":{"type":"proportion"},"control":"a","epochs":[
              {"variants":[{"key":"a","weight":1,"users":5000,"conversions":1000},{"key":"b","weight":1,"users":5000,"conversions":1000}]},
              {"variants":[{"key":"b","weight":9,"users":9000,"conversions":5400},{"key":"a","weight":1,"users":1000,"conversions":600}]}]}
            """);
        var comparison = analysis.Comparison("b");
        Near.Absolute("lift", 0, comparison.Number("relativeLift"), 0.02);
        Assert.True(comparison.GetProperty("sequential").Number("logEvidence") < 0, comparison.GetRawText());
        Assert.Equal(6000, analysis.Variant("a").Whole("users"));
    }

    [Fact]
    public async Task Analyse_WhereLessIsBetter_TurnsChancesAndNotFigures()
    {
        var api = new ApiClient(shared.Api.CreateClient());
        var up = (await api.PostAsync("/v1/analyses", Good)).Comparison("b");
        var down = (await api.PostAsync("/v1/analyses", Good.Replace("increase", "decrease", StringComparison.Ordinal))).Comparison("b");
        Assert.Equal(up.Number("difference"), down.Number("difference"));
        Near.Absolute("chance", 1, up.Number("probabilityBeatsControl") + down.Number("probabilityBeatsControl"), 1e-12);
        Near.Relative("loss", up.Number("expectedLossIfPromoted"), down.Number("expectedLossIfKept"), 1e-9);
    }

    [Fact]
    public async Task Analyse_NobodyYet_GivesNullsAndNoEvidence()
    {
        var api = new ApiClient(shared.Api.CreateClient());
        foreach (var type in new[] { "proportion", "mean" })
        {
            var analysis = await api.PostAsync("/v1/analyses",
                $$"""
                {"kpi":{"type":"{{type}}"},"control":"a","variants":[{"key":"a","users":0,"conversions":0,"sum":0,"sumOfSquares":0},
                 {"key":"b","users":0,"conversions":0,"sum":0,"sumOfSquares":0}]}
                """);
            Assert.True(analysis.Variant("a").IsNull("mean"));
            Assert.True(analysis.Comparison("b").IsNull("relativeLift"));
            Assert.Equal(0, analysis.Comparison("b").GetProperty("sequential").Number("logEvidence"));
        }
    }
}
