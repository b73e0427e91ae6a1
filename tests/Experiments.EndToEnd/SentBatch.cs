using System.Globalization;
using Experiments.Api.Tests.Support;

namespace Experiments.EndToEnd;

/// <summary>A batch that was sent: the events of one group, and whether they were acknowledged.</summary>
internal sealed class SentBatch(string group, List<Event> events)
{
    public string Group { get; } = group;

    public List<Event> Events { get; } = events;

    public bool Acknowledged { get; set; }

    /// <summary>Epoch of the store that acknowledged it last.</summary>
    public string? Epoch { get; set; }

    /// <summary>Asserts that what was acknowledged is counted id by id, that the rest is whole or absent, and that nothing counts twice.</summary>
    /// <returns>What was seen, in a line.</returns>
    public static async Task<string> CheckAsync(ApiClient api, IReadOnlyCollection<SentBatch> batches, int faults)
    {
        var results = await api.ResultsAsync(BitEvents.Experiment, "?breakdown=group");
        var segments = results.GetProperty("breakdown").GetProperty("segments").EnumerateArray().ToDictionary(s => s.Text("value"));
        var counted = 0;
        var lost = new List<string>();
        foreach (var batch in batches)
        {
            // A batch that was never acknowledged is either whole or absent.
            if (!segments.Remove(batch.Group, out var segment))
            {
                if (batch.Acknowledged) lost.Add(batch.Group);
                continue;
            }

            counted++;
            foreach (var variant in new[] { "a", "b" })
            {
                var sums = BitEvents.Read(segment, variant);
                Assert.True(BitEvents.IsOnceEach(sums), $"Batch {batch.Group}: an event counts twice: {sums}");
                Assert.Equal(BitEvents.Fold(batch.Events, variant), sums);
            }
        }

        Assert.True(lost.Count == 0, $"Batches were acknowledged and are lost: {string.Join(", ", lost)}");
        Assert.Empty(segments);
        Assert.Equal(counted * BitEvents.UsersPerVariant, BitEvents.Read(results, "a").Users);
        Assert.Equal(counted * BitEvents.UsersPerVariant, BitEvents.Read(results, "b").Users);
        var acknowledged = batches.Count(b => b.Acknowledged);
        Assert.True(acknowledged > faults, $"Only {acknowledged} batches were acknowledged.");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{faults} faults, {batches.Count} batches of {2 * 2 * BitEvents.UsersPerVariant} events, {acknowledged} acknowledged, {counted - acknowledged} counted without an answer, 0 lost, 0 twice, 0 half");
    }
}
