using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Knowledge;

/// <summary>What was believed against what came out, and what other shares would have brought.</summary>
public sealed class KnowledgeTests
{
    private const string EveryLookCloses = """{"decision":{"cycleDays":0,"minimumDays":0,"minimumDetectableLift":0.5}}""";

    [Fact]
    public async Task Knowledge_OfAWinner_ScoresItsAuthorAndShrinksItsLift()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api, EveryLookCloses);
        Assert.Equal("testing", Assert.Single((await api.GetAsync("/v1/knowledge/hypotheses")).GetProperty("items").EnumerateArray()).Text("state"));
        var at = host.Clock.GetUtcNow().AddDays(-3);
        await api.EventsAsync([.. Crowd.Of("c", "none", 500, at, ("visit", 50)), .. Crowd.Of("c", "mens", 500, at, ("visit", 250))]);
        await ApiClient.UntilAsync(
            () => api.GetAsync("/v1/experiments/spring-email"), e => e.Text("status") == "stopped", () => host.Clock.Advance(TimeSpan.FromMinutes(16)));

        // The author said +10 % and was 70 % sure; it came out at +400 %.
        var beliefs = await api.GetAsync("/v1/knowledge/beliefs");
        var score = beliefs.GetProperty("all");
        Assert.Equal((1, 1), (score.GetProperty("scored").GetInt32(), score.GetProperty("held").GetInt32()));
        Near.Absolute("Brier score", 0.09, score.Number("brierScore"), 1e-12);
        Near.Absolute("mean error", 3.9, score.Number("meanError"), 1e-9);
        Assert.Equal("held", Assert.Single(beliefs.GetProperty("items").EnumerateArray()).Text("outcome"));

        var effects = await api.GetAsync("/v1/knowledge/effects");
        Assert.Equal(1, effects.GetProperty("winRate").Number("rate"));
        var effect = Assert.Single(effects.GetProperty("items").EnumerateArray());
        Near.Absolute("lift", 4, effect.Number("relativeLift"), 1e-9);
        Assert.InRange(effect.Number("shrunkRelativeLift"), 0.05, 1);

        var found = Assert.Single((await api.GetAsync("/v1/knowledge/hypotheses?state=held&q=men")).GetProperty("items").EnumerateArray());
        Assert.Equal("spring-email", found.GetProperty("bestPractices")[0].GetString());
        Assert.Empty((await api.GetAsync("/v1/knowledge/hypotheses?state=refuted")).GetProperty("items").EnumerateArray());
        Assert.Empty((await api.GetAsync("/v1/knowledge/hypotheses?market=FR")).GetProperty("items").EnumerateArray());
        (await host.GetAsync("/v1/knowledge/hypotheses?state=lost")).IsProblem(400, "invalid-parameter", "state");
    }

    [Fact]
    public async Task PolicyValue_OfOtherShares_IsTheirMeanAndSilentWhereTheLogCannotKnow()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api, """{"decision":{"autoPromote":false}}""");
        var at = host.Clock.GetUtcNow().AddDays(-3);
        await api.EventsAsync([.. Crowd.Of("c", "none", 500, at, ("visit", 100)), .. Crowd.Of("c", "mens", 500, at, ("visit", 150))]);

        var value = await api.PostAsync("/v1/experiments/spring-email/policy-values", """{"weights":{"none":1,"mens":3}}""");
        Assert.True(value.GetProperty("known").GetBoolean());
        Near.Absolute("policy", (0.2 * 0.25) + (0.3 * 0.75), value.GetProperty("policy").Number("value"), 1e-12);
        Near.Absolute("logged", 0.25, value.GetProperty("logged").Number("value"), 1e-12);

        var rare = await api.PostAsync("/v1/experiments/spring-email/policy-values", """{"weights":{"mens":1},"kpi":"spend"}""");
        Assert.False(rare.GetProperty("known").GetBoolean());
        Assert.True(rare.IsNull("policy"));
        (await host.PostAsync("/v1/experiments/spring-email/policy-values", """{"weights":{"blue":1}}""")).IsProblem(422, "unknown-variant", "weights");
        (await host.PostAsync("/v1/experiments/spring-email/policy-values", """{"weights":{"mens":0}}""")).IsProblem(400, "invalid-request", "weights");
        (await host.PostAsync("/v1/experiments/a-draft/policy-values", """{"weights":{"mens":1}}""")).IsProblem(409, "wrong-state");
    }
}
