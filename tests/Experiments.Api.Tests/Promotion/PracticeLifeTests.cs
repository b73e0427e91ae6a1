using System.Text.Json;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Promotion;

/// <summary>A bandit's winner and what becomes of it when the world changes, on the clock of the test.</summary>
public sealed class PracticeLifeTests
{
    internal const string Decision =
        """{"decision":{"minimumDays":2,"cycleDays":1,"reviewAfterDays":30,"holdback":0.1,"escalatedHoldback":0.4,"warn":5,"demote":200}}""";

    [Fact]
    public async Task Winner_WhenTheWorldTurns_IsVerifiedDemotedAndTheStoryIsInTheAudit()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await BanditTests.DefineAsync(api, Decision);
        var world = new World(api, "checkout.button", "order", value => value == "green" ? 0.15 : 0.06, seed: 11);
        await UntilPromotedAsync(host, api, world);

        var practice = await PracticeAsync(api);
        Assert.Equal("active", practice.Text("state"));
        Assert.Equal("green", practice.Text("value"));
        Assert.Equal(0.1, practice.Number("holdback"));

        // Good for three days: nothing happens, and its holdback says what it brings.
        for (var day = 0; day < 3; day++) await DayAsync(host, api, world, 1200);
        practice = await PracticeAsync(api);
        Assert.Equal("active", practice.Text("state"));
        Assert.Equal(0.1, practice.Number("holdback"));
        var live = practice.GetProperty("live");
        Assert.InRange(live.Number("relativeLift"), 0.5, 4);
        Assert.Contains("checkout.button", live.GetProperty("statement").Text("en"), StringComparison.Ordinal);
        Assert.Contains("bonne pratique", live.GetProperty("statement").Text("fr"), StringComparison.Ordinal);

        // The world turns: what won now loses.
        world.Rate = value => value == "green" ? 0.05 : 0.08;
        var seen = new List<string>();
        for (var day = 0; day < 40 && (await PracticeAsync(api)).Text("state") == "active"; day++)
        {
            await DayAsync(host, api, world, 1200);
            practice = await PracticeAsync(api);
            seen.Add($"{practice.Text("state")}/{practice.Number("holdback")}");
        }

        Assert.Equal("contested", practice.Text("state"));
        Assert.Contains("active/0.4", seen);
        Assert.Equal("demote", (await DecisionsAsync(api))[^1].Text("action"));
        await StoryAsync(api, "experiment.create", "experiment.start", "experiment.reweight", "experiment.promote",
            "best-practice.verify", "best-practice.demote");

        // A person is asked whether it is worth another test: the draft is written, and waits for him.
        Assert.Equal("button-retest", practice.Text("retest"));
        Assert.Equal("draft", (await api.GetAsync("/v1/experiments/button-retest")).Text("status"));
        Assert.Contains("was demoted", (await api.GetAsync("/v1/hypotheses/button-retest")).Text("because"), StringComparison.Ordinal);

        // The next snapshot gives the old value back: it was the app's own default, so nobody serves anything.
        Assert.Equal(0, (await api.GetAsync("/v1/snapshot")).GetProperty("bestPractices").GetArrayLength());
    }

    [Fact]
    public async Task Practice_AtItsReview_IsTestedAgainAndRenewed()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await BanditTests.DefineAsync(api, Decision);
        var world = new World(api, "checkout.button", "order", value => value == "green" ? 0.15 : 0.06, seed: 12);
        await UntilPromotedAsync(host, api, world);
        for (var day = 0; day < 60 && await DoubtAsync(api) != "retest"; day++) await DayAsync(host, api, world, 240);

        var practice = await PracticeAsync(api);
        Assert.Equal("retest", practice.GetProperty("doubt").Text("kind"));
        Assert.Equal(0.4, practice.Number("holdback"));
        Assert.Equal("button-retest", practice.Text("retest"));
        var draft = await api.GetAsync("/v1/experiments/button-retest");
        Assert.Equal("draft", draft.Text("status"));
        Assert.Equal("green", draft.GetProperty("variants")[1].Text("value"));
        Assert.Equal("button-retest", (await api.GetAsync("/v1/hypotheses/button-retest")).Text("key"));

        for (var day = 0; day < 30 && await DoubtAsync(api) == "retest"; day++) await DayAsync(host, api, world, 300);
        practice = await PracticeAsync(api);
        Assert.NotEqual("retest", await DoubtAsync(api));
        Assert.True(practice.GetProperty("reviewBy").GetDateTimeOffset() > host.Clock.GetUtcNow().AddDays(25));
        Assert.False(practice.GetProperty("isWeak").GetBoolean());
        Assert.Equal(1000, practice.GetProperty("epochs").EnumerateArray().Last().GetProperty("holdbackBuckets").GetInt32());
        await StoryAsync(api, "experiment.promote", "best-practice.retest", "best-practice.renew");
    }

    [Fact]
    public async Task Approval_TheWinnerWaitsForASecondPerson()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await BanditTests.DefineAsync(api, ApiHost.With(Decision, """{"decision":{"minimumDays":2,"cycleDays":1,"approval":true}}"""));
        var world = new World(api, "checkout.button", "order", value => value == "green" ? 0.15 : 0.06, seed: 13);
        for (var day = 0; day < 12 && (await ProposedAsync(api)).Count == 0; day++) await DayAsync(host, api, world, 1500, "button");

        var proposal = Assert.Single(await ProposedAsync(api));
        Assert.Equal("green", proposal.GetProperty("proposal").Text("variant"));
        Assert.Equal("decider", proposal.GetProperty("proposal").Text("by"));
        Assert.Equal("running", (await api.GetAsync("/v1/experiments/button")).Text("status"));
        Assert.Empty((await api.GetAsync("/v1/best-practices")).GetProperty("items").EnumerateArray());

        (await host.PostAsync("/v1/experiments/button/promotions/approve", "{}")).IsProblem(400, "invalid-request", "reason");
        await api.PostAsync("/v1/experiments/button/promotions/reject", """{"reason":"brand colours"}""");
        Assert.Empty(await ProposedAsync(api));
        (await host.PostAsync("/v1/experiments/button/promotions/approve", """{"reason":"now"}""")).IsProblem(409, "nothing-proposed");

        // What a person refused, the decider does not propose again; a person may, and then another must approve.
        await DayAsync(host, api, world, 500, "button");
        Assert.Empty(await ProposedAsync(api));
        var proposed = await host.PostAsync("/v1/experiments/button/promotions", """{"variant":"green","reason":"brand agrees"}""");
        Assert.Equal(System.Net.HttpStatusCode.Accepted, proposed.Status);
        (await host.PostAsync("/v1/experiments/button/promotions", """{"variant":"red","reason":"x"}""")).IsProblem(409, "already-proposed");
        (await host.PostAsync("/v1/experiments/button/promotions/approve", """{"reason":"me too"}""")).IsProblem(409, "second-person-needed");
        await StoryAsync(api, "experiment.propose", "experiment.reject", "experiment.propose");
    }

    /// <summary>A bandit's days until its winner is a best practice.</summary>
    internal static async Task UntilPromotedAsync(ApiHost host, ApiClient api, World world)
    {
        for (var day = 0; day < 20; day++)
        {
            await DayAsync(host, api, world, 1500, "button");
            if ((await api.GetAsync("/v1/experiments/button")).Text("status") == "stopped") break;
        }

        Assert.Equal("promote", (await DecisionsAsync(api))[^1].Text("action"));
    }

    /// <summary>A UTC day of visitors in four parts, each looked at.</summary>
    internal static async Task DayAsync(ApiHost host, ApiClient api, World world, int users, string? running = null)
    {
        for (var part = 0; part < 4; part++)
        {
            var from = host.Clock.GetUtcNow();
            host.Jump(TimeSpan.FromHours(6));
            await world.VisitAsync(users / 4, from, TimeSpan.FromHours(3));
            var stopped = running is null || (await api.GetAsync($"/v1/experiments/{running}")).Text("status") == "stopped";
            if (stopped) await RoundsAsync(host);
            else await LookOrStopAsync(host, api, running!);
        }
    }

    private static async Task LookOrStopAsync(ApiHost host, ApiClient api, string experiment)
    {
        var mark = host.Clock.GetUtcNow();
        await ApiClient.UntilAsync(
            async () => (await api.GetAsync($"/v1/experiments/{experiment}")).Text("status") == "stopped"
                ? JsonDocument.Parse("""{"points":[{"at":"2099-01-01T00:00:00Z"}]}""").RootElement
                : await api.GetAsync($"/v1/experiments/{experiment}/history"),
            history => history.GetProperty("points").EnumerateArray().LastOrDefault() is { ValueKind: JsonValueKind.Object } last
                && last.GetProperty("at").GetDateTimeOffset() >= mark,
            () => host.Clock.Advance(TimeSpan.FromSeconds(1)));
        await RoundsAsync(host);
    }

    // The decider's rounds wait on the test's clock: some ticks of it let a round that was under way end and another begin and end.
    private static async Task RoundsAsync(ApiHost host)
    {
        for (var i = 0; i < 6; i++)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Delay(15, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<string?> DoubtAsync(ApiClient api) =>
        (await PracticeAsync(api)).GetProperty("doubt") is { ValueKind: JsonValueKind.Object } doubt ? doubt.Text("kind") : null;

    internal static Task<JsonElement> PracticeAsync(ApiClient api) => api.GetAsync("/v1/best-practices/button");

    internal static async Task<List<JsonElement>> DecisionsAsync(ApiClient api)
    {
        var all = new List<JsonElement>();
        var cursor = "";
        while (true)
        {
            var page = await api.GetAsync($"/v1/experiments/button/decisions?limit=200{cursor}");
            all.AddRange(page.GetProperty("items").EnumerateArray());
            if (page.IsNull("next")) return all;
            cursor = "&cursor=" + page.Text("next");
        }
    }

    private static async Task<List<JsonElement>> ProposedAsync(ApiClient api) =>
        [.. (await api.GetAsync("/v1/promotions")).GetProperty("items").EnumerateArray()];

    /// <summary>The audit holds these actions in this order, others between them, and its chain is whole.</summary>
    private static async Task StoryAsync(ApiClient api, params string[] actions)
    {
        var (found, cursor) = (new List<string>(), "");
        while (true)
        {
            var page = await api.GetAsync($"/v1/audit?limit=200{cursor}");
            found.AddRange(page.GetProperty("items").EnumerateArray().Select(e => e.Text("action")));
            if (page.IsNull("next")) break;
            cursor = "&cursor=" + page.Text("next");
        }

        var next = 0;
        foreach (var action in found)
        {
            if (next < actions.Length && action == actions[next]) next++;
        }

        Assert.True(next == actions.Length, $"'{(next < actions.Length ? actions[next] : "")}' is missing in: {string.Join(", ", found.Distinct())}");
        Assert.True((await api.GetAsync("/v1/audit/verify")).GetProperty("valid").GetBoolean());
    }
}
