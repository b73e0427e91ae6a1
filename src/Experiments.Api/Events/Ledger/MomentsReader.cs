using System.Collections.Concurrent;
using System.Globalization;
using Experiments.Api.Store;

namespace Experiments.Api.Events.Ledger;

/// <summary>Reads the moments of a target from all shards; an accepted event is in the next read.</summary>
/// <remarks>What did not change since the last read is not decoded again: one read of a version for each shard is the usual cost.</remarks>
internal sealed class MomentsReader(IStore store, ShardMap shards)
{
    private readonly ConcurrentDictionary<(string Shard, string Target), ShardRows> _known = new();

    public async Task<TargetMoments> ReadAsync(TargetLayout layout, CancellationToken cancellationToken)
    {
        var parts = await Task.WhenAll(shards.All.Select(shard => ReadShardAsync(shard, layout.Name, cancellationToken))).ConfigureAwait(false);
        var version = string.Join(',', parts.Select(p => p.Version.Commit.ToString("N", CultureInfo.InvariantCulture)));
        return new TargetMoments(layout, [.. parts.SelectMany(p => p.Rows)], version);
    }

    private async Task<ShardRows> ReadShardAsync(string shard, string target, CancellationToken cancellationToken)
    {
        var known = _known.GetValueOrDefault((shard, target));
        if (known is not null)
        {
            var now = await store.ReadAsync(shard, [], cancellationToken).ConfigureAwait(false);
            if (now.Version == known.Version) return known;
        }

        // The list of rows and the rows are read together, so that both are of one version; a row that was not known makes a second turn.
        var rows = known?.Rows.Select(r => r.Key).ToList() ?? [];
        while (true)
        {
            var read = await store.ReadAsync(
                shard, [RowKey.IndexKey(target), .. rows.Select(r => r.StoreKey)], cancellationToken).ConfigureAwait(false);
            var listed = RowKey.DecodeIndex(target, read.Values[0]);
            if (listed.Count == rows.Count)
            {
                var decoded = rows.Select((key, i) => (key, MomentRowCodec.Decode(read.Values[i + 1]!.Value.Span))).ToList();
                return _known[(shard, target)] = new ShardRows(read.Version, decoded);
            }

            rows = listed;
        }
    }

    private sealed record ShardRows(ShardVersion Version, IReadOnlyList<(RowKey Key, MomentRow Row)> Rows);
}
