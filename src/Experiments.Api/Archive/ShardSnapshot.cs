using Experiments.Api.Events.Ledger;
using Experiments.Api.Store;

namespace Experiments.Api.Archive;

/// <summary>All rows of a shard and the head of its log, at one version.</summary>
internal sealed record ShardSnapshot(string Shard, ShardVersion Version, ShardHead Head, IReadOnlyDictionary<RowKey, MomentRow> Rows)
{
    public static async Task<ShardSnapshot> ReadAsync(IStore store, string shard, LedgerSchema schema, CancellationToken cancellationToken)
    {
        string[] targets = [.. schema.Targets.Select(t => t.Name)];
        List<RowKey> rows = [];
        while (true)
        {
            // The lists of rows and the rows are read together, so that all are of one version; rows not known yet make another turn.
            var read = await store.ReadAsync(
                shard, [ShardHead.Key, .. targets.Select(RowKey.IndexKey), .. rows.Select(r => r.StoreKey)], cancellationToken)
                .ConfigureAwait(false);
            var listed = targets.SelectMany((t, i) => RowKey.DecodeIndex(t, read.Values[1 + i])).ToList();
            if (listed.SequenceEqual(rows))
            {
                var decoded = rows
                    .Select((key, i) => (key, Bytes: read.Values[1 + targets.Length + i]))
                    .Where(r => r.Bytes is not null)
                    .ToDictionary(r => r.key, r => MomentRowCodec.Decode(r.Bytes!.Value.Span));
                return new ShardSnapshot(shard, read.Version, ShardHead.Decode(read.Values[0]), decoded);
            }

            rows = listed;
        }
    }
}
