using System.Globalization;
using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Store;

namespace Experiments.Api.Archive;

/// <summary>What <c>verify</c> found.</summary>
/// <param name="Faults">What is wrong, in words; empty when the store is what its events make it.</param>
internal sealed record VerificationReport(long Events, long Users, long Rows, IReadOnlyList<string> Faults);

/// <summary>Recomputes every moment and every user's record from the archive and the inbox, and compares them with the store.</summary>
internal sealed class Verification(
    IStore store, ShardMap shards, ArchiveStateStore states, Erasures erasures, ArchiveFolder folder, ILedgerSchemaSource schemaSource,
    TimeProvider clock, ILogger<Verification> log)
{
    private const int UsersPerRead = 500;

    /// <param name="progress">Told now and then how many of how many events are done.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<VerificationReport> RunAsync(Action<long, long> progress, CancellationToken cancellationToken)
    {
        var audit = await AuditChain.VerifyAsync(store, earlier: null, cancellationToken).ConfigureAwait(false);
        List<string> faults = audit.Valid ? [] : [$"The audit chain is broken: {audit.Problem}"];
        await schemaSource.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var schema = schemaSource.Current;
        var (state, _) = await states.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (state.IsPartial)
        {
            faults.Add("Events have passed their retention: moments that rest on them cannot be recomputed (Experiments:Archive:RetentionDays).");
            return new VerificationReport(0, 0, 0, faults);
        }

        var pending = await erasures.ReadAsync(cancellationToken).ConfigureAwait(false);
        using var source = await EventSource
            .OpenAsync(store, shards, state, folder, schema, pending, log, cancellationToken).ConfigureAwait(false);
        CheckCounts(source, faults);
        var recount = await RecountAsync(source, schema, faults, progress, cancellationToken).ConfigureAwait(false);
        Compare(source, recount, schema, faults);
        return new VerificationReport(source.Rows, recount.Users, recount.Rows.Count, faults);
    }

    private static void CheckCounts(EventSource source, List<string> faults)
    {
        var committed = source.Snapshots.Sum(s => s.Head.Events);
        var there = source.Rows + source.State.Gone + source.Gone;
        if (committed == there) return;
        faults.Add(string.Create(
            CultureInfo.InvariantCulture, $"{committed} events were committed, but archive and inbox hold {there} (erased ones included)."));
    }

    private async Task<Recount> RecountAsync(
        EventSource source, LedgerSchema schema, List<string> faults, Action<long, long> progress, CancellationToken cancellationToken)
    {
        var recount = new Recount(shards, schema);
        var group = new List<(UserKey User, string Shard, UserRecord Record)>();
        long done = 0;
        foreach (var (user, events) in source.Users(schema))
        {
            var (shard, record) = recount.Add(user, events);
            group.Add((user, shard, record));
            done += events.Count;
            if (group.Count < UsersPerRead) continue;
            await CompareRecordsAsync(source, group, faults, cancellationToken).ConfigureAwait(false);
            group.Clear();
            progress(done, source.Rows);
        }

        await CompareRecordsAsync(source, group, faults, cancellationToken).ConfigureAwait(false);
        progress(source.Rows, source.Rows);
        return recount;
    }

    private async Task CompareRecordsAsync(
        EventSource source, List<(UserKey User, string Shard, UserRecord Record)> group, List<string> faults, CancellationToken cancellationToken)
    {
        foreach (var part in group.GroupBy(g => g.Shard))
        {
            var users = part.ToList();
            var read = await store.ReadAsync(part.Key, [.. users.Select(u => u.User.StoreKey)], cancellationToken).ConfigureAwait(false);

            // Once the shard has gone on, a record may rightly hold more than the events that are looked at.
            if (read.Version != source.Snapshots.First(s => s.Shard == part.Key).Version) continue;
            var wrong = users.Where((u, i) => !Same(u.Record, read.Values[i])).Count();
            if (wrong > 0) faults.Add(string.Create(CultureInfo.InvariantCulture, $"Shard {part.Key}: {wrong} user records are not what their events make them."));
        }
    }

    private static bool Same(UserRecord record, ReadOnlyMemory<byte>? stored) => stored is { } bytes
        ? UserRecordCodec.Encode(record).Span.SequenceEqual(bytes.Span)
        : record.Exposures.Count == 0 && record.Events.Count == 0;

    private void Compare(EventSource source, Recount recount, LedgerSchema schema, List<string> faults)
    {
        var now = clock.GetUtcNow().UtcTicks;
        foreach (var snapshot in source.Snapshots)
        {
            var keys = snapshot.Rows.Keys.Union(recount.Rows.Keys.Where(k => k.Shard == snapshot.Shard).Select(k => k.Key));
            foreach (var key in keys)
            {
                var layout = schema.Find(LedgerEvent.Hash(key.Target))!;
                faults.AddRange(RowComparison
                    .Differences(key, snapshot.Rows.GetValueOrDefault(key), recount.Rows.GetValueOrDefault((snapshot.Shard, key)), layout, now)
                    .Select(text => $"Shard {snapshot.Shard}, {text}."));
            }
        }
    }
}
