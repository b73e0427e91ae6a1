using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;

namespace Experiments.EndToEnd;

/// <summary>Two API processes on one redis-server, fed at once with the same users, repeats and all orders.</summary>
public sealed class TwoProcessesTests
{
    private const int Groups = 12;

    // Days alike and no minimum: the winner is promoted while the events still come in, by whichever process sees it first.
    private const string Decision = """{"cycleDays":0,"minimumDays":0,"maximumRelativeLoss":1,"minimumDetectableLift":0.5}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoProcesses_FedAtOnce_CountAndPromoteAsOne()
    {
        await using var redis = await RedisServer.StartAsync("always");
        using var folder = new TemporaryFolder();
        string[] shared = [$"--Experiments:Redis={redis.ConnectionString}", "--Experiments:Decider:IntervalSeconds=0.05"];
        await using var first = await ApiProcess.StartAsync(shared);
        await using var second = await ApiProcess.StartAsync(shared);
        await using var alone = await ApiProcess.StartAsync($"--Experiments:Data={folder.Path}");
        await BitEvents.DefineAsync(first.Client, Decision);
        await BitEvents.DefineAsync(alone.Client, Decision);

        var events = Events();
        foreach (var batch in events.Chunk(1000)) await alone.Client.EventsAsync(batch);
        await Task.WhenAll(FeedAsync(first.Client, events, 1), FeedAsync(second.Client, events, 2));

        await HaveCountedTheSameAsync(first.Client, second.Client, alone.Client, events);
        await HavePromotedOnceAsync(first.Client, second.Client);
    }

    /// <summary>Groups of users, and a clear winner: users of b do more, and a value far above the groups' would drown them.</summary>
    private static List<Event> Events()
    {
        var random = new Random(20261002);
        var events = new List<Event>();
        for (var group = 0; group < Groups; group++) events.AddRange(BitEvents.Group($"g{group}", random));
        var start = new DateTimeOffset(2026, 3, 3, 0, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 4000; i++)
        {
            var variant = i % 2 == 0 ? "a" : "b";
            events.Add(Event.Exposure($"u{i}", BitEvents.Experiment, variant, start.AddSeconds(i), attribute: ("group", "crowd")));
            if (random.NextDouble() < (variant == "a" ? 0.3 : 0.8)) events.Add(Event.Kpi($"u{i}", "bit", 1L << 33, start.AddSeconds(i + 60)));
        }

        return events;
    }

    /// <summary>Everything, a third of it twice, in an order of its own; four requests at a time.</summary>
    private static async Task FeedAsync(ApiClient api, List<Event> events, int seed)
    {
        var random = new Random(seed);
        var all = events.Concat(events.Where(_ => random.Next(3) == 0)).ToArray();
        random.Shuffle(all);
        await Parallel.ForEachAsync(
            all.Chunk(200), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token },
            async (batch, _) => Assert.Equal(0, (await api.EventsAsync(batch)).GetProperty("rejected").GetArrayLength()));
    }

    private static async Task HaveCountedTheSameAsync(ApiClient first, ApiClient second, ApiClient alone, List<Event> events)
    {
        // What a decider's looks leave (running intervals) differs with when it looked; once promoted, nobody looks any more.
        await ApiClient.UntilAsync(() => first.ResultsAsync(BitEvents.Experiment), r => r.Text("status") == "stopped");
        var one = await first.ResultsAsync(BitEvents.Experiment, "?breakdown=group");
        var two = await second.ResultsAsync(BitEvents.Experiment, "?breakdown=group");
        Assert.Equal(one.Without("asOf"), two.Without("asOf"));

        var reference = await alone.ResultsAsync(BitEvents.Experiment, "?breakdown=group");
        Assert.Equal(reference.GetProperty("health").GetRawText(), one.GetProperty("health").GetRawText());
        string[] groups = [.. Enumerable.Range(0, Groups).Select(g => $"g{g}"), "crowd"];
        foreach (var kpi in new[] { "worth", "times" })
        {
            // Moments are those of one process; evidence also rests on when a decider looked.
            Assert.Equal(reference.Kpi(kpi).GetProperty("variants").GetRawText(), one.Kpi(kpi).GetProperty("variants").GetRawText());
            Assert.All(groups, g => Assert.Equal(
                reference.Segment(g).Kpi(kpi).GetProperty("variants").GetRawText(), one.Segment(g).Kpi(kpi).GetProperty("variants").GetRawText()));
        }

        foreach (var variant in new[] { "a", "b" })
        {
            Assert.Equal(BitEvents.Fold(events, variant), BitEvents.Read(one, variant));
            Assert.All(groups[..Groups], g => Assert.True(BitEvents.IsOnceEach(BitEvents.Read(one.Segment(g), variant))));
        }
    }

    private static async Task HavePromotedOnceAsync(ApiClient first, ApiClient second)
    {
        foreach (var api in new[] { first, second })
        {
            await ApiClient.UntilAsync(() => api.GetAsync("/v1/experiments/bits"), e => e.Text("status") == "stopped");
            var decisions = (await api.GetAsync("/v1/experiments/bits/decisions")).GetProperty("items");
            Assert.Equal("promote", Assert.Single(decisions.EnumerateArray()).Text("action"));
            var practice = Assert.Single((await api.GetAsync("/v1/best-practices")).GetProperty("items").EnumerateArray());
            Assert.Equal(1, practice.GetProperty("value").GetInt32());
            Assert.True((await api.GetAsync("/v1/audit/verify")).GetProperty("valid").GetBoolean());
        }

        Assert.Equal(
            (await first.GetAsync("/v1/audit/verify")).Text("head"), (await second.GetAsync("/v1/audit/verify")).Text("head"));
    }
}
