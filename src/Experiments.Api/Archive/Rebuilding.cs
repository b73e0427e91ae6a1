using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Results.Looks;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Archive;

/// <summary>Makes the store what archive and inbox say: an empty one whole, a damaged one right. It may be broken off and run again.</summary>
internal sealed class Rebuilding(
    IStore store, ShardMap shards, ArchiveStateStore states, Erasures erasures, ArchiveFolder folder, CatalogStore catalog, LookStore looks,
    ILedgerSchemaSource schemaSource, TimeProvider clock, ILogger<Rebuilding> log)
{
    private const int UsersPerCommit = 500;

    /// <param name="progress">Told now and then how many of how many events are done.</param>
    /// <param name="cancellationToken">Gives up; the store then says that it is not whole.</param>
    /// <exception cref="ProblemException">It cannot be done; the message says why.</exception>
    public async Task<VerificationReport> RunAsync(Action<long, long> progress, CancellationToken cancellationToken)
    {
        await RestoreServiceAsync(cancellationToken).ConfigureAwait(false);
        await shards.LoadAsync(cancellationToken).ConfigureAwait(false);
        await schemaSource.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var held = await states.TryTakeAsync(cancellationToken).ConfigureAwait(false)
            ?? throw Problems.Conflict("archive-in-use", "A running service keeps the archive: stop it first, or wait a minute after it was killed.");
        await AdoptAsync(held, cancellationToken).ConfigureAwait(false);
        if (held.State.IsPartial) throw Problems.Conflict("archive-partial", "Events have passed their retention: a rebuild would lose what they count for.");

        var schema = schemaSource.Current;
        var pending = await erasures.ReadAsync(cancellationToken).ConfigureAwait(false);
        using var source = await EventSource
            .OpenAsync(store, shards, held.State, folder, schema, pending, log, cancellationToken).ConfigureAwait(false);
        var recount = new Recount(shards, schema);
        await WriteUsersAsync(held, source, recount, schema, progress, cancellationToken).ConfigureAwait(false);
        foreach (var snapshot in source.Snapshots) await WriteRowsAsync(held.State, snapshot, recount, schema, cancellationToken).ConfigureAwait(false);
        await held.UpdateAsync(s => s with { Rebuilding = false }, cancellationToken).ConfigureAwait(false);
        folder.WriteManifest(held.State);
        await held.GiveBackAsync(cancellationToken).ConfigureAwait(false);
        return new VerificationReport(source.Rows, recount.Users, recount.Rows.Count, []);
    }

    /// <summary>An empty store learns from the manifest beside the files what is archived. Its logs begin anew, their positions too.</summary>
    private async Task AdoptAsync(ArchiveStateStore.Held held, CancellationToken cancellationToken)
    {
        var manifest = held.State.Shards.Count == 0 && held.State.Files.Count == 0 ? folder.ReadManifest() : null;
        await held.UpdateAsync(
            s => (manifest is null ? s : manifest with
            {
                Fence = Math.Max(s.Fence, manifest.Fence + 1),
                Keeper = s.Keeper,
                Pending = null,
                Shards = manifest.Shards.ToDictionary(x => x.Key, x => x.Value with { Entries = 0 }),
            }) with
            { Rebuilding = true },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task RestoreServiceAsync(CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(CatalogStore.Shard, [], cancellationToken).ConfigureAwait(false);
        if (ServiceCopy.Read(folder) is not var (service, entries))
        {
            if (read.Version == ShardVersion.None) throw Problems.Conflict("archive-missing", $"There is no archive in '{folder.Path}': name its folder in Experiments:Archive:Folder.");
            return;
        }

        await store.SetIfAbsentAsync(
            CatalogStore.Shard, EventLedger.PseudonymKeyName, Convert.FromBase64String(service.PseudonymKey), cancellationToken).ConfigureAwait(false);
        await shards.LoadAsync(service.Shards, cancellationToken).ConfigureAwait(false);
        await CatalogRestore.RunAsync(store, entries, cancellationToken).ConfigureAwait(false);
        await catalog.RefreshAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (experiment, look) in service.Looks)
        {
            var (_, version) = await looks.ReadAsync(experiment, cancellationToken).ConfigureAwait(false);
            if (version != ShardVersion.None) continue;
            await looks.TryWriteAsync(experiment, version, look.Deserialize<LookState>(ApiJson.Stored)!, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteUsersAsync(
        ArchiveStateStore.Held held, EventSource source, Recount recount, LedgerSchema schema, Action<long, long> progress,
        CancellationToken cancellationToken)
    {
        var group = new List<(string Shard, StoreWrite[] Writes)>();
        long done = 0;
        foreach (var (user, events) in source.Users(schema))
        {
            var (shard, record) = recount.Add(user, events);
            group.Add((shard, [new StoreWrite(user.StoreKey, UserRecordCodec.Encode(record)), StoreWrite.Remove(user.DeadLetterKey)]));
            done += events.Count;
            if (group.Count < UsersPerCommit) continue;
            await WriteAsync(group, cancellationToken).ConfigureAwait(false);
            group.Clear();
            await held.UpdateAsync(s => s, cancellationToken).ConfigureAwait(false);
            progress(done, source.Rows);
        }

        await WriteAsync(group, cancellationToken).ConfigureAwait(false);
        progress(source.Rows, source.Rows);
    }

    private async Task WriteAsync(List<(string Shard, StoreWrite[] Writes)> group, CancellationToken cancellationToken)
    {
        foreach (var part in group.GroupBy(g => g.Shard))
        {
            await CommitAsync(part.Key, [.. part.SelectMany(p => p.Writes)], cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WriteRowsAsync(
        ArchiveState state, ShardSnapshot snapshot, Recount recount, LedgerSchema schema, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().UtcTicks;
        var rows = recount.Rows.Where(r => r.Key.Shard == snapshot.Shard).ToDictionary(r => r.Key.Key, r => r.Value);
        var writes = new List<StoreWrite>();
        writes.AddRange(snapshot.Rows.Keys.Where(k => !rows.ContainsKey(k)).Select(k => StoreWrite.Remove(k.StoreKey)));
        foreach (var (key, row) in rows)
        {
            row.Fold(schema.Find(LedgerEvent.Hash(key.Target))!, now);
            writes.Add(new StoreWrite(key.StoreKey, MomentRowCodec.Encode(row)));
        }

        foreach (var target in schema.Targets)
        {
            RowKey[] listed = [.. rows.Keys.Where(k => k.Target == target.Name)];
            if (listed.Length > 0 || snapshot.Rows.Keys.Any(k => k.Target == target.Name))
            {
                writes.Add(new StoreWrite(RowKey.IndexKey(target.Name), RowKey.EncodeIndex(listed)));
            }
        }

        if (snapshot.Head == default) writes.Add(new StoreWrite(ShardHead.Key, state.Of(snapshot.Shard).Encode()));
        await CommitAsync(snapshot.Shard, writes, cancellationToken).ConfigureAwait(false);
    }

    private async Task CommitAsync(string shard, IReadOnlyList<StoreWrite> writes, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await store.ReadAsync(shard, [], cancellationToken).ConfigureAwait(false);
            if (await store.CommitAsync(shard, read.Version, new StoreCommit(writes), cancellationToken).ConfigureAwait(false) is not null) return;
        }
    }
}
