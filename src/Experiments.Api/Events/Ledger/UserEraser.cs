using Experiments.Api.Store;

namespace Experiments.Api.Events.Ledger;

/// <summary>Takes a user out of the ledger: his record, and what he added to every row of moments.</summary>
internal sealed class UserEraser(IStore store, ShardMap shards, ILedgerSchemaSource schemaSource)
{
    /// <summary>Shard that a user is in.</summary>
    public string ShardOf(UserKey user)
    {
        Span<byte> bytes = stackalloc byte[16];
        user.WriteTo(bytes);
        return shards.ShardOf(bytes);
    }

    /// <returns>Head of his shard once he is out: entries of its log before it may still hold him.</returns>
    public async Task<ShardHead> EraseAsync(UserKey user, CancellationToken cancellationToken)
    {
        var shard = ShardOf(user);
        while (true)
        {
            var read = await store
                .ReadAsync(shard, [ShardHead.Key, user.StoreKey, user.DeadLetterKey], cancellationToken).ConfigureAwait(false);
            var head = ShardHead.Decode(read.Values[0]);
            if (read.Values[1] is not { } record) return head;

            var writes = new List<StoreWrite> { StoreWrite.Remove(user.StoreKey) };
            if (read.Values[2] is not null) writes.Add(StoreWrite.Remove(user.DeadLetterKey));
            else if (await RowsWithoutAsync(shard, read.Version, UserRecordCodec.Decode(record.Span), cancellationToken).ConfigureAwait(false) is { } rows) writes.AddRange(rows);
            else continue;
            if (await store.CommitAsync(shard, read.Version, new StoreCommit(writes), cancellationToken).ConfigureAwait(false) is not null) return head;
        }
    }

    /// <returns>Null when the shard has moved meanwhile.</returns>
    private async Task<List<StoreWrite>?> RowsWithoutAsync(
        string shard, ShardVersion version, UserRecord record, CancellationToken cancellationToken)
    {
        if (record.Exposures.Any(e => schemaSource.Current.Find(e.Target) is null))
        {
            await schemaSource.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        var schema = schemaSource.Current;
        var contributions = (record.JoinedTo is null ? record.Exposures : [])
            .Select(e => (Exposure: e, Layout: schema.Find(e.Target) ?? throw new UnknownTargetException()))
            .Select(x => (x.Layout, Contribution: Contribution.Of(record, x.Exposure, x.Layout)))
            .ToList();
        var keys = contributions.SelectMany(c => LedgerFold.Rows(c.Contribution, c.Layout)).Distinct().ToList();
        var read = await store.ReadAsync(shard, [.. keys.Select(k => k.StoreKey)], cancellationToken).ConfigureAwait(false);
        if (read.Version != version) return null;

        var rows = new Dictionary<RowKey, MomentRow>();
        for (var i = 0; i < keys.Count; i++)
        {
            if (read.Values[i] is { } bytes) rows[keys[i]] = MomentRowCodec.Decode(bytes.Span);
        }

        foreach (var (layout, contribution) in contributions)
        {
            foreach (var key in LedgerFold.Rows(contribution, layout)) rows.GetValueOrDefault(key)?.Apply(contribution, layout, -1);
        }

        return [.. rows.Select(r => new StoreWrite(r.Key.StoreKey, MomentRowCodec.Encode(r.Value)))];
    }
}
