using System.Text.Json;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Promotion;

/// <summary>A bandit through HTTP, the SDK's evaluation and the decider, on a clock that the test moves.</summary>
public sealed class BanditTests
{
    internal const string Kpi = """{"key":"order","type":"proportion","direction":"increase","window":"PT2H"}""";

    internal const string Bandit =
        """
        {"key":"button","hypothesis":"h","kind":"bandit","parameter":"checkout.button","control":"grey","primaryKpi":"order",
         "variants":[{"key":"grey","weight":1,"value":null},{"key":"green","weight":1,"value":"green"},{"key":"red","weight":1,"value":"red"}],
         "decision":{"minimumDays":2,"cycleDays":1,"reviewAfterDays":30}}
        """;

    [Fact]
    public async Task Bandit_WithABetterArm_MovesItsWeightsThereAndSaysWhy()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await DefineAsync(api);
        var world = new World(api, "checkout.button", "order", value => value == "green" ? 0.12 : 0.06, seed: 1);
        for (var hour = 0; hour < 12; hour++) await HourAsync(host, api, world, 400);

        var results = await api.ResultsAsync("button");
        var allocation = results.GetProperty("allocation");
        Assert.InRange(allocation.Number("green"), 0.5, 0.8);
        Assert.InRange(allocation.Number("grey"), 0.2, 0.4);
        Assert.InRange(allocation.Number("red"), 0.008, 0.1);
        Assert.InRange(results.Kpi("order").GetProperty("probabilityBest").Number("green"), 0.95, 1);
        Assert.Equal("split", results.Kpi("order").Comparison("green").GetProperty("sequential").Text("method"));
        Assert.Equal("green", results.GetProperty("bandit").Text("leader"));
        Assert.InRange(results.GetProperty("bandit").Number("daysLeft"), 0, 30);

        var decisions = (await api.GetAsync("/v1/experiments/button/decisions?limit=200")).GetProperty("items").EnumerateArray().ToList();
        Assert.All(decisions, d => Assert.Equal("reweight", d.Text("action")));
        var epochs = (await api.GetAsync("/v1/experiments/button")).GetProperty("epochs");
        Assert.Equal(decisions.Count + 1, epochs.GetArrayLength());
        Assert.InRange(decisions.Count, 3, 12);
        for (var i = 0; i < decisions.Count; i++)
        {
            var evidence = decisions[i].GetProperty("evidence");
            Assert.Equal(epochs[i].GetProperty("buckets").GetRawText(), evidence.GetProperty("oldBuckets").GetRawText());
            Assert.Equal(epochs[i + 1].GetProperty("buckets").GetRawText(), evidence.GetProperty("newBuckets").GetRawText());
            Assert.Equal(1, evidence.GetProperty("probabilityBest").EnumerateObject().Sum(p => p.Value.GetDouble()), 9);

            // No step moves more than a fifth of the traffic.
            var moved = evidence.GetProperty("newBuckets").EnumerateObject()
                .Sum(b => Math.Max(0, b.Value.GetInt32() - evidence.GetProperty("oldBuckets").GetProperty(b.Name).GetInt32()));
            Assert.InRange(moved, 1, 2003);
        }

        // Only the table in force is kept; the log is of the steps, not of the whole experiment each time.
        Assert.Equal(1, host.Catalog.State.Experiments["button"].Epochs.Count(e => e.Table is not null));
        Assert.True((await api.GetAsync("/v1/audit/verify")).GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task Bandit_DuringBurnIn_KeepsItsWeights()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await DefineAsync(api);
        var world = new World(api, "checkout.button", "order", value => value == "green" ? 0.9 : 0.1, seed: 2);
        for (var hour = 0; hour < 5; hour++) await HourAsync(host, api, world, 40);
        Assert.Equal("burnIn", (await api.ResultsAsync("button")).GetProperty("bandit").Text("reason"));
        Assert.Empty((await api.GetAsync("/v1/experiments/button/decisions")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Bandit_Restarted_ContinuesWithItsTable()
    {
        using var folder = new Store.TemporaryFolder();
        string before;
        await using (var host = new ApiHost(folder.Path))
        {
            var api = new ApiClient(host.CreateClient());
            await DefineAsync(api);
            var world = new World(api, "checkout.button", "order", value => value == "green" ? 0.2 : 0.05, seed: 3);
            for (var hour = 0; hour < 6; hour++) await HourAsync(host, api, world, 400);
            before = (await api.GetAsync("/v1/snapshot")).GetProperty("experiments").GetRawText();
            Assert.NotEqual(0, (await api.GetAsync("/v1/snapshot")).GetProperty("experiments")[0].GetProperty("epoch").GetInt32());
        }

        await using var again = new ApiHost(folder.Path);
        Assert.Equal(before, (await new ApiClient(again.CreateClient()).GetAsync("/v1/snapshot")).GetProperty("experiments").GetRawText());
    }

    internal static async Task DefineAsync(ApiClient api, string changes = "{}")
    {
        await api.PostAsync("/v1/kpis", Kpi);
        await api.PostAsync("/v1/kpis", """{"key":"refund","type":"proportion","direction":"decrease","window":"PT2H"}""");
        await api.PostAsync("/v1/hypotheses",
            """{"key":"h","because":"b","change":"c","audience":"d","author":"Ada","expect":{"kpi":"order","direction":"increase","lift":0.3,"confidence":0.7}}""");
        await api.PostAsync("/v1/experiments", ApiHost.With(Bandit, changes));
        await api.PostAsync("/v1/experiments/button/start");
    }

    /// <summary>An hour of visitors, then the decider's look at it.</summary>
    internal static async Task HourAsync(ApiHost host, ApiClient api, World world, int users)
    {
        var from = host.Clock.GetUtcNow();
        host.Clock.Advance(TimeSpan.FromHours(1));
        await world.VisitAsync(users, from, TimeSpan.FromMinutes(29));
        await LookAsync(host, api, "button");
    }

    /// <summary>Waits until the decider has looked since now.</summary>
    internal static async Task LookAsync(ApiHost host, ApiClient api, string experiment)
    {
        var mark = host.Clock.GetUtcNow();
        await ApiClient.UntilAsync(
            () => api.GetAsync($"/v1/experiments/{experiment}/history"),
            history => history.GetProperty("points").EnumerateArray().LastOrDefault() is { ValueKind: JsonValueKind.Object } last
                && last.GetProperty("at").GetDateTimeOffset() >= mark,
            () => host.Clock.Advance(TimeSpan.FromSeconds(1)));
        host.Clock.Advance(TimeSpan.FromSeconds(2));
    }
}
