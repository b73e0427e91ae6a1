using System.Text.Json;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Promotion;

/// <summary>When the decider acts, and when it must not.</summary>
public sealed class DeciderTests
{
    private const string EveryLookCloses = """{"cycleDays":0,"minimumDays":0,"minimumDetectableLift":0.5}""";

    [Fact]
    public async Task Winner_OnTheSecondDay_WaitsForTheCloseOfTheWholeCycleAndIsPromotedOnce()
    {
        await using var host = new ApiHost();
        var api = await StartAsync(host, """{"cycleDays":7,"minimumDays":7,"minimumDetectableLift":0.5}""");

        // Tuesday 24 November at 10:00. The cycle is seven whole days after the day of the start; their users must be mature, a day later.
        var closes = new DateTimeOffset(2026, 12, 3, 0, 0, 0, TimeSpan.Zero);
        await SendAsync(host, api, "first", none: 50, mens: 250);
        host.Jump(TimeSpan.FromDays(2));
        await Looks.OneMoreAsync(host, api, RunningService.Experiment);
        await IsRunningAsync(api, "undecided/promising/mens");

        host.Jump(closes.AddHours(-1) - host.Clock.GetUtcNow());
        await Looks.OneMoreAsync(host, api, RunningService.Experiment);
        await IsRunningAsync(api, "undecided/promising/mens");

        host.Jump(closes.AddMinutes(1) - host.Clock.GetUtcNow());
        await ApiClient.UntilAsync(
            () => api.ResultsAsync(RunningService.Experiment), r => r.Text("status") == "stopped", () => host.Clock.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal("winner/promoted/mens", (await api.ResultsAsync(RunningService.Experiment)).Verdict());
        var promotion = Assert.Single(await DecisionsAsync(api));
        Assert.Equal("promote", promotion.Text("action"));
        Assert.Equal(1000, promotion.GetProperty("evidence").Number("users"));
        Assert.Single(await PracticesAsync(api));
    }

    [Fact]
    public async Task Winner_PromotedOnce_StaysPromotedWhateverComesLater()
    {
        await using var host = new ApiHost();
        var api = await StartAsync(host, EveryLookCloses);
        await SendAsync(host, api, "first", none: 50, mens: 250, daysAgo: 3);
        await ApiClient.UntilAsync(
            () => api.ResultsAsync(RunningService.Experiment), r => r.Text("status") == "stopped", () => host.Clock.Advance(TimeSpan.FromSeconds(1)));

        await SendAsync(host, api, "second", none: 450, mens: 0, daysAgo: 3);
        for (var i = 0; i < 20; i++) host.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal("winner/promoted/mens", (await api.ResultsAsync(RunningService.Experiment)).Verdict());
        Assert.Single(await DecisionsAsync(api));
        Assert.Single(await PracticesAsync(api));
    }

    [Theory]
    [InlineData("autoPromote", "false")]
    [InlineData("approval", "true")]
    public async Task Winner_WhenAPersonMustDecide_IsShownAndNotPromoted(string setting, string value)
    {
        await using var host = new ApiHost();
        var api = await StartAsync(host, ApiHost.With(EveryLookCloses, $$"""{"{{setting}}":{{value}}}"""));
        await SendAsync(host, api, "first", none: 50, mens: 250, daysAgo: 3);
        await Looks.OneMoreAsync(host, api, RunningService.Experiment);
        await Looks.OneMoreAsync(host, api, RunningService.Experiment);
        var results = await IsRunningAsync(api, "winner/winner/mens");
        Assert.Equal("Safe to adopt: promote it.", results.GetProperty("verdict").Text("nextStep"));
    }

    [Fact]
    public async Task Winner_WithFewerUsersThanThePlanAsks_IsNotPromoted()
    {
        await using var host = new ApiHost();
        var api = await StartAsync(host, ApiHost.With(EveryLookCloses, """{"minimumUsersPerVariant":501}"""));
        await SendAsync(host, api, "first", none: 50, mens: 250, daysAgo: 3);
        await Looks.OneMoreAsync(host, api, RunningService.Experiment);
        await IsRunningAsync(api, "undecided/promising/mens");
    }

    [Fact]
    public async Task Winner_BeforeTheMinimumOfDays_IsNotPromoted()
    {
        await using var host = new ApiHost();
        var api = await StartAsync(host, ApiHost.With(EveryLookCloses, """{"minimumDays":5}"""));
        await SendAsync(host, api, "first", none: 50, mens: 250, daysAgo: 3);
        host.Jump(TimeSpan.FromDays(4));
        await Looks.OneMoreAsync(host, api, RunningService.Experiment);
        await IsRunningAsync(api, "undecided/promising/mens");
    }

    [Fact]
    public async Task Winner_ThatHarmsAGuardrail_IsNotPromoted()
    {
        await using var host = new ApiHost();
        var api = await StartAsync(host, EveryLookCloses, """{"guardrails":[{"kpi":"unsubscribe","margin":0.02}]}""");
        var at = host.Clock.GetUtcNow().AddDays(-3);
        await api.EventsAsync(
        [
            .. Crowd.Of("c", "none", 500, at, ("visit", 50), ("unsubscribe", 20)),
            .. Crowd.Of("c", "mens", 500, at, ("visit", 250), ("unsubscribe", 300)),
        ]);
        await Looks.OneMoreAsync(host, api, RunningService.Experiment);
        var results = await api.ResultsAsync(RunningService.Experiment);
        Assert.Equal("loser/guardrail-breach/mens", results.Verdict());
        Assert.Equal("harmful", results.Kpi("unsubscribe").Comparison("mens").Text("guardrail"));
        Assert.Equal("better", results.Kpi("visit").Comparison("mens").GetProperty("sequential").Text("decision"));
        Assert.Empty(await PracticesAsync(api));

        // Harm is acted on at once, and it is the only thing decided.
        await ApiClient.UntilAsync(() => api.ResultsAsync(RunningService.Experiment), r => r.Text("status") == "stopped");
        Assert.Equal("stop", Assert.Single(await DecisionsAsync(api)).Text("action"));
    }

    [Fact]
    public async Task Winner_WhoseGuardrailIsNotYetShownHarmless_IsNotPromoted()
    {
        await using var host = new ApiHost();
        var api = await StartAsync(host, EveryLookCloses, """{"guardrails":[{"kpi":"unsubscribe","margin":0.02}]}""");
        var at = host.Clock.GetUtcNow().AddDays(-3);
        await api.EventsAsync(
        [
            .. Crowd.Of("c", "none", 500, at, ("visit", 50), ("unsubscribe", 20)),
            .. Crowd.Of("c", "mens", 500, at, ("visit", 250), ("unsubscribe", 20)),
        ]);
        await Looks.OneMoreAsync(host, api, RunningService.Experiment);
        var results = await IsRunningAsync(api, "undecided/promising/mens");
        Assert.Equal("undecided", results.Kpi("unsubscribe").Comparison("mens").Text("guardrail"));
    }

    [Fact]
    public async Task Winner_OnSharesThatWereNotPlanned_IsWithheld()
    {
        await using var host = new ApiHost();
        var api = await StartAsync(host, EveryLookCloses);
        var at = host.Clock.GetUtcNow().AddDays(-3);
        await api.EventsAsync([.. Crowd.Of("c", "none", 500, at, ("visit", 50)), .. Crowd.Of("c", "mens", 900, at, ("visit", 450))]);
        await Looks.OneMoreAsync(host, api, RunningService.Experiment);
        var results = await IsRunningAsync(api, "unhealthy/not-healthy/");
        Assert.Equal("alarm", results.GetProperty("health").GetProperty("srm").Text("status"));
    }

    [Fact]
    public async Task Loser_IsStoppedWithTheEvidenceAndNeverPromoted()
    {
        await using var host = new ApiHost();
        var api = await StartAsync(host, EveryLookCloses);
        await SendAsync(host, api, "first", none: 250, mens: 50, daysAgo: 3);
        var results = await ApiClient.UntilAsync(
            () => api.ResultsAsync(RunningService.Experiment), r => r.Text("status") == "stopped", () => host.Clock.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal("loser/safety-stop/mens", results.Verdict());
        var stop = Assert.Single(await DecisionsAsync(api));
        Assert.Equal("stop", stop.Text("action"));
        Assert.Equal("mens", stop.GetProperty("evidence").Text("variant"));
        Assert.Equal("worse", results.Kpi("visit").Comparison("mens").GetProperty("sequential").Text("decision"));
        Assert.Empty(await PracticesAsync(api));
    }

    [Fact]
    public async Task Weights_ChangedInASeason_ArePooledByNobody()
    {
        await using var host = new ApiHost();
        var api = await StartAsync(host, EveryLookCloses);
        var at = host.Clock.GetUtcNow().AddMinutes(2);

        // Before: half and half, both at 20 %. After: nine in ten get mens, and everybody visits more: both at 60 %.
        host.Jump(TimeSpan.FromHours(1));
        await api.EventsAsync([.. Crowd.Of("c", "none", 500, at, ("visit", 100)), .. Crowd.Of("c", "mens", 500, at, ("visit", 100))]);
        await api.PatchAsync("/v1/experiments/spring-email",
            """{"variants":[{"key":"none","weight":1,"value":null},{"key":"mens","weight":9,"value":"mens"}]}""");
        at = host.Clock.GetUtcNow().AddMinutes(2);
        host.Jump(TimeSpan.FromHours(1));
        await api.EventsAsync([.. Crowd.Of("d", "none", 100, at, ("visit", 60)), .. Crowd.Of("d", "mens", 900, at, ("visit", 540))]);
        host.Jump(TimeSpan.FromDays(2));
        await Looks.OneMoreAsync(host, api, RunningService.Experiment);

        var results = await IsRunningAsync(api, expectedVerdict: null);
        var comparison = results.Kpi("visit").Comparison("mens");
        Assert.True(comparison.GetProperty("sequential").Number("logEvidence") < 0.5, comparison.GetRawText());
        Assert.Equal(2000, comparison.GetProperty("sequential").Number("users"));
        Near.Absolute("lift", 0, comparison.Number("relativeLift"), 0.05);
        Near.Absolute("difference", 0, comparison.Number("difference"), 0.02);
        Assert.Equal("ok", results.GetProperty("health").Text("status"));
        Assert.Equal(600, results.GetProperty("health").GetProperty("srm").GetProperty("expected").Number("none"), 9);
        Assert.Equal(0.9, results.GetProperty("allocation").Number("mens"));
    }

    /// <summary>Five hundred users of each variant, so many of whom visit.</summary>
    private static Task<JsonElement> SendAsync(ApiHost host, ApiClient api, string name, int none, int mens, int daysAgo = 0)
    {
        var at = host.Clock.GetUtcNow().AddDays(-daysAgo);
        if (daysAgo == 0) host.Clock.Advance(TimeSpan.FromMinutes(10));
        return api.EventsAsync([.. Crowd.Of(name, "none", 500, at, ("visit", none)), .. Crowd.Of(name, "mens", 500, at, ("visit", mens))]);
    }

    private static async Task<ApiClient> StartAsync(ApiHost host, string decision, string changes = "{}")
    {
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api, ApiHost.With(changes, $$"""{"decision":{{decision}}}"""));
        return api;
    }

    private static async Task<JsonElement> IsRunningAsync(ApiClient api, string? expectedVerdict)
    {
        var results = await api.ResultsAsync(RunningService.Experiment);
        if (expectedVerdict is not null) Assert.Equal(expectedVerdict, results.Verdict());
        Assert.Equal("running", results.Text("status"));
        Assert.Empty(await PracticesAsync(api));
        Assert.Empty(await DecisionsAsync(api));
        return results;
    }

    private static async Task<List<JsonElement>> DecisionsAsync(ApiClient api) =>
        [.. (await api.GetAsync("/v1/experiments/spring-email/decisions")).GetProperty("items").EnumerateArray()];

    private static async Task<List<JsonElement>> PracticesAsync(ApiClient api) =>
        [.. (await api.GetAsync("/v1/best-practices")).GetProperty("items").EnumerateArray()];
}
