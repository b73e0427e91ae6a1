using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Experiments.Api.Tests.Support;

/// <summary>
/// Events that tell, from sums alone, which of them were counted. A group of users has its own segment of the results; in each variant of
/// it, the i-th user's KPI event is worth 2^i. One KPI adds the values up, another counts the events: where the sum has as many bits
/// set as there are events, no event counts twice, and each bit names one that counts.
/// </summary>
internal static class BitEvents
{
    public const string Experiment = "bits";

    // At most 39, since values are bounded by 1e12; sums of thousands of groups must stay whole numbers that a double holds.
    public const int UsersPerVariant = 12;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What a group of users adds up to in one variant.</summary>
    internal readonly record struct Sums(long Users, long Events, ulong Bits);

    /// <param name="api">The service.</param>
    /// <param name="decision">The experiment's settings of decision.</param>
    public static async Task DefineAsync(ApiClient api, string decision = """{"autoPromote":false}""")
    {
        await api.PostAsync("/v1/kpis", """{"key":"worth","type":"mean","event":"bit","direction":"increase","window":"P1D"}""");
        await api.PostAsync("/v1/kpis", """{"key":"times","type":"count","event":"bit","direction":"increase","window":"P1D"}""");
        await api.PostAsync("/v1/hypotheses",
            """{"key":"h","because":"b","change":"c","audience":"d","expect":{"kpi":"worth","direction":"increase","lift":0.1,"confidence":0.7}}""");
        await api.PostAsync("/v1/experiments",
            $$"""
            {"key":"bits","hypothesis":"h","parameter":"bits","control":"a","primaryKpi":"worth","secondaryKpis":["times"],"breakdowns":["group"],
             "variants":[{"key":"a","weight":1,"value":0},{"key":"b","weight":1,"value":1}],"decision":{{decision}}}
            """);
        await api.PostAsync("/v1/experiments/bits/start", $$"""{"at":"{{Start:O}}"}""");
    }

    /// <summary>Events of one group: each user is exposed; most have an event that counts, some one that comes too early or too late.</summary>
    public static List<Event> Group(string group, Random random)
    {
        var events = new List<Event>();
        for (var i = 0; i < 2 * UsersPerVariant; i++)
        {
            var user = string.Create(CultureInfo.InvariantCulture, $"{group}/{i}");
            var exposed = Start.AddSeconds(random.Next(86_400));
            var late = random.Next(10) switch { 0 => TimeSpan.FromSeconds(-1), 1 => TimeSpan.FromDays(1), _ => TimeSpan.FromSeconds(random.Next(86_400)) };
            events.Add(Event.Exposure(user, Experiment, i % 2 == 0 ? "a" : "b", exposed, attribute: ("group", group)));
            events.Add(Event.Kpi(user, "bit", 1L << (i / 2), exposed + late));
        }

        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(events));
        return events;
    }

    /// <summary>The same sums the slow way, from the events alone: first exposure, window of a day, each id once.</summary>
    public static Sums Fold(IEnumerable<Event> events, string variant)
    {
        var sums = default(Sums);
        foreach (var user in events.DistinctBy(e => e.Id).GroupBy(e => e.User))
        {
            var first = user.Where(e => e.Type == "exposure").MinBy(e => e.At)!;
            if (first.Variant != variant) continue;
            var counted = user.Where(e => e.Type == "kpi" && e.At >= first.At && e.At < first.At!.Value.AddDays(1)).ToList();
            sums = new Sums(
                sums.Users + 1, sums.Events + counted.Count, counted.Aggregate(sums.Bits, (bits, e) => bits + (ulong)e.Value!.Value));
        }

        return sums;
    }

    /// <summary>What the service counted of one variant: of everybody, or of a segment.</summary>
    public static Sums Read(JsonElement results, string variant)
    {
        var worth = results.Kpi("worth").Variant(variant);
        var times = results.Kpi("times").Variant(variant);
        Assert.Equal(worth.Whole("users"), times.Whole("users"));
        return new Sums(worth.Whole("users"), (long)times.Number("sum"), (ulong)worth.Number("sum"));
    }

    /// <summary>Each event that counts does so once.</summary>
    public static bool IsOnceEach(Sums sums) => BitOperations.PopCount(sums.Bits) == sums.Events;
}
