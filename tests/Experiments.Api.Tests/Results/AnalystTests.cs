using System.Globalization;
using System.Text;
using System.Text.Json;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Results;

/// <summary>What analysts find beside the plain figures: a covariate's work, what was amiss before the test, and what earlier tests teach.</summary>
public sealed class AnalystTests
{
    private const int UsersPerVariant = 2_000;
    private const string SpendQuery = "variant=variant&complete=true&kpi=visit:visit&kpi=history:history&kpi=spend:spend";

    [Fact]
    public async Task Covariate_ThatExplainsMostOfTheOutcome_ReducesTheVarianceBesideThePlainFigures()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await DefineAsync(api, """{"secondaryKpis":["spend"]}""");
        await ImportAsync(api, "spring-email", SpendQuery, "variant,visit,history,spend", (i, mens) =>
            Invariant($"{i % 10 % 2},{i % 10},{(2 * (i % 10)) + (i % 3) + (mens ? 0.5 : 0)}"));

        var results = await api.ResultsAsync("spring-email");
        var comparison = results.Kpi("spend").Comparison("mens");
        var adjusted = comparison.GetProperty("adjusted");
        Assert.Equal(2, adjusted.Number("theta"), 0.01);
        Assert.InRange(adjusted.Number("varianceReduction"), 0.9, 1);
        Assert.Equal(0.5, adjusted.Number("difference"), 0.05);
        Assert.True(Width(adjusted) < 0.5 * Width(comparison));
        Assert.Equal("docs/stats/cuped.md", comparison.GetProperty("sequential").Text("explainedIn"));
        Assert.Equal("better", comparison.GetProperty("sequential").Text("decision"));
        Assert.DoesNotContain("covariate-imbalance", Problems(results));
    }

    [Fact]
    public async Task Covariate_ThatDiffersBeforeTheExposure_IsNamed()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await DefineAsync(api, """{"secondaryKpis":["spend"]}""");
        await ImportAsync(api, "spring-email", SpendQuery, "variant,visit,history,spend", (i, mens) =>
            Invariant($"{i % 2},{(i % 10) + (mens ? 3 : 0)},{i % 7}"));

        Assert.Contains("covariate-imbalance", Problems(await api.ResultsAsync("spring-email")));
    }

    [Fact]
    public async Task Breakdown_WhereOneSegmentGotOtherShares_IsNamedAndTheWholeStaysSound()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await DefineAsync(api, """{"breakdowns":["channel"]}""");
        await ImportAsync(
            api, "spring-email", "variant=variant&complete=true&kpi=visit:visit&attribute=channel:channel", "variant,visit,channel",
            (i, mens) => Invariant($"{i % 5 / 4},{(i % 20 < (mens ? 5 : 1) ? "app" : "web")}"));

        var results = await api.ResultsAsync("spring-email", "?breakdown=channel");
        Assert.Contains("sample-ratio-mismatch-in-segment", Problems(results));
        Assert.Equal("ok", results.GetProperty("health").GetProperty("srm").Text("status"));
        var segment = results.Segment("app").Kpi("visit").Comparison("mens").GetProperty("segment");
        Assert.False(segment.GetProperty("discovered").GetBoolean());
    }

    [Fact]
    public async Task LearnedPrior_FromFiveFinishedTests_IsShownFrozenAndDecidesNothing()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await DefineAsync(api, "{}");
        for (var test = 1; test <= 5; test++) await FinishedTestAsync(api, test, 400 + test);

        var prior = (await api.GetAsync("/v1/priors")).GetProperty("items").EnumerateArray().Single(p => p.Text("kpi") == "visit");
        Assert.Equal(5, prior.Whole("tests"));
        Assert.InRange(prior.Number("mean"), 0, 0.05);

        await StartAsync(api, "with-prior", """{"learnedPrior":true}""");
        await ImportVisitsAsync(api, "with-prior", 400, 460);
        var first = (await api.ResultsAsync("with-prior")).Kpi("visit").Comparison("mens");
        var shown = first.GetProperty("withPrior");
        Assert.Equal(5, shown.Whole("tests"));
        Assert.InRange(shown.Number("relativeLift"), 0, 0.15 * 0.9);

        await FinishedTestAsync(api, 6, 520);
        var second = (await api.ResultsAsync("with-prior")).Kpi("visit").Comparison("mens");
        Assert.Equal(shown.GetRawText(), second.GetProperty("withPrior").GetRawText());
        Assert.Equal(
            first.GetProperty("sequential").Number("logEvidence"), second.GetProperty("sequential").Number("logEvidence"));
    }

    private static async Task DefineAsync(ApiClient api, string changes)
    {
        await api.PostAsync("/v1/kpis", ApiHost.Kpi);
        await api.PostAsync("/v1/kpis", """{"key":"history","type":"mean","direction":"increase"}""");
        await api.PostAsync("/v1/kpis", """{"key":"spend","type":"mean","direction":"increase","covariate":"history"}""");
        await api.PostAsync("/v1/hypotheses", ApiHost.Hypothesis);
        await StartAsync(api, "spring-email", changes);
    }

    private static async Task StartAsync(ApiClient api, string key, string changes)
    {
        var named = ApiHost.With(ApiHost.Experiment, Invariant($$"""{"key":"{{key}}","parameter":"{{key}}","decision":{"autoPromote":false} }"""));
        await api.PostAsync("/v1/experiments", ApiHost.With(named, changes));
        await api.PostAsync($"/v1/experiments/{key}/start", """{"at":"2026-09-01T00:00:00Z"}""");
    }

    private static async Task FinishedTestAsync(ApiClient api, int number, int visits)
    {
        var key = Invariant($"finished-{number}");
        await StartAsync(api, key, "{}");
        await ImportVisitsAsync(api, key, 400, visits);
        await api.PostAsync($"/v1/experiments/{key}/stop", """{"reason":"over"}""");
    }

    private static Task ImportVisitsAsync(ApiClient api, string key, int control, int treatment) => ImportAsync(
        api, key, "variant=variant&complete=true&kpi=visit:visit", "variant,visit", (i, mens) => i < (mens ? treatment : control) ? "1" : "0");

    private static async Task ImportAsync(ApiClient api, string key, string query, string header, Func<int, bool, string> cells)
    {
        var csv = new StringBuilder(header).Append('\n');
        for (var i = 0; i < UsersPerVariant; i++)
        {
            csv.Append("none,").Append(cells(i, false)).Append('\n');
            csv.Append("mens,").Append(cells(i, true)).Append('\n');
        }

        var report = await api.ImportAsync(key, query, Encoding.UTF8.GetBytes(csv.ToString()));
        Assert.Equal(0, report.Whole("rejectedRows"));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Width(JsonElement comparison) =>
        comparison.GetProperty("credibleInterval").Number("upper") - comparison.GetProperty("credibleInterval").Number("lower");

    private static string[] Problems(JsonElement results) =>
        [.. results.GetProperty("health").GetProperty("problems").EnumerateArray().Select(p => p.Text("code"))];
}
