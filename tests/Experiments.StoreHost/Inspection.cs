using System.Globalization;
using Experiments.Api.Store;

namespace Experiments.StoreHost;

/// <summary>Compares what a store holds after a kill with what its log says and with what it acknowledged.</summary>
internal static class Inspection
{
    /// <returns>What is wrong, in words; nothing when all is as it must be.</returns>
    public static async Task<IReadOnlyList<string>> FaultsAsync(
        IStore store, IReadOnlyCollection<Acknowledged> acknowledged, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        foreach (var shard in Workload.Shards)
        {
            await InspectAsync(
                store, shard, [.. acknowledged.Where(commit => commit.Shard == shard)], faults, cancellationToken).ConfigureAwait(false);
        }

        return faults;
    }

    private static async Task InspectAsync(
        IStore store, string shard, Acknowledged[] acknowledged, List<string> faults, CancellationToken cancellationToken)
    {
        var page = await store.ReadLogAsync(shard, 0, int.MaxValue, cancellationToken).ConfigureAwait(false);
        var entries = page.Entries.Select(Entry.FromBytes).ToArray();
        string[] keys = ["total", .. Enumerable.Range(0, Workload.Records).Select(Workload.RecordKey)];
        var read = await store.ReadAsync(shard, keys, cancellationToken).ConfigureAwait(false);
        var version = read.Version.Number;

        // Each commit appends one entry: the commit that made version n is at position n - 1.
        Check(page.Next == version, $"the log ends at {page.Next}");
        Check(entries.Length == 0 ? version == 0 : entries[^1].Total == Entry.Number(read.Values[0]), "the counter is not the log's last");
        for (var i = 1; i < entries.Length; i++)
        {
            Check(entries[i].Total == entries[i - 1].Total + entries[i].Amount, $"the log is broken at {page.First + i}");
        }

        foreach (var commit in acknowledged)
        {
            var index = commit.Version.Number - 1 - page.First;
            Check(commit.Version.Number <= version, $"acknowledged {commit.ToLine()} is lost");
            Check(index < 0 || index >= entries.Length || entries[index].Token == commit.Token, $"{commit.ToLine()} is another's");
            Check(commit.Version.Number != version || commit.Version == read.Version, $"{commit.ToLine()} has another guid");
        }

        for (var record = 0; record < Workload.Records; record++)
        {
            var last = Array.FindLastIndex(entries, entry => entry.Records.Contains(record));
            Check(
                last < 0 ? Entry.Number(read.Values[record + 1]) <= page.First : Entry.Number(read.Values[record + 1]) == page.First + last + 1,
                $"record {record} is not the log's last");
        }

        var moving = await store
            .ReadAsync(shard, [.. Enumerable.Range(0, (int)version + 3).Select(n => Workload.MovingKey(n))], cancellationToken)
            .ConfigureAwait(false);
        var there = Enumerable.Range(0, moving.Values.Count).Where(n => moving.Values[n] is not null).ToArray();
        Check(there.SequenceEqual(version == 0 ? [] : [(int)version]), $"the moving key is at [{string.Join(", ", there)}]");

        void Check(bool right, string fault)
        {
            if (!right)
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"{shard} at version {version}: {fault}"));
            }
        }
    }
}
