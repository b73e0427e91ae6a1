using Experiments.Api.Events.Ledger;
using Experiments.Api.Store;

namespace Experiments.Api.Archive;

/// <summary>The moments of all shards, computed anew from the events alone, user by user: memory does not grow with their number.</summary>
internal sealed class Recount(ShardMap shards, LedgerSchema schema)
{
    private readonly Dictionary<(string Shard, RowKey Key), MomentRow> _rows = [];

    public IReadOnlyDictionary<(string Shard, RowKey Key), MomentRow> Rows => _rows;

    public long Users { get; private set; }

    /// <summary>Folds all events of one user.</summary>
    /// <returns>His shard and his record.</returns>
    public (string Shard, UserRecord Record) Add(UserKey user, IReadOnlyList<LedgerEvent> events)
    {
        var record = UserRecord.Empty.With(events, static _ => true, new bool[events.Count], new UserKey?[events.Count]);
        Span<byte> bytes = stackalloc byte[16];
        user.WriteTo(bytes);
        var shard = shards.ShardOf(bytes);
        foreach (var change in LedgerFold.Changes(UserRecord.Empty, record, schema))
        {
            if (change.After is not { } after) continue;
            foreach (var key in LedgerFold.Rows(after, change.Layout)) Row(shard, key, change.Layout).Apply(after, change.Layout, +1);
        }

        Users++;
        return (shard, record);
    }

    private MomentRow Row(string shard, RowKey key, TargetLayout layout)
    {
        if (!_rows.TryGetValue((shard, key), out var row))
        {
            _rows[(shard, key)] = row = new MomentRow(key.Day, layout.Variants.Count, layout.Kpis.Count);
        }

        return row;
    }
}
