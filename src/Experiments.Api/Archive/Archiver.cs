using Experiments.Api.Events.Ledger;
using Experiments.Api.Store;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Archive;

/// <summary>One pass of the archive's keeper: inbox to files, then trim; erasures; merges; retention; the copy of what else a rebuild needs.</summary>
/// <remarks>
/// <para>A stretch of the inbox is settled in the store first, then written, then recorded, then trimmed. A crash before the record leaves a
/// file that does not count, and the next pass writes the same stretch again; after it, only the trim is left, which may be done twice.</para>
/// <para>Files carry the keeper's fence in their names: one who was paused and goes on writes a file that nobody counts.</para>
/// </remarks>
internal sealed class Archiver(
    IStore store, ShardMap shards, ArchiveStateStore states, Erasures erasures, ArchiveFolder folder, ILedgerSchemaSource schemaSource,
    ServiceCopy copy, StoreCompleteness completeness, TimeProvider clock, IOptions<ArchiveOptions> options, ILogger<Archiver> log)
{
    /// <summary>Events that a file has room for: a batch's memory is bounded by it.</summary>
    private const long EventsPerFile = 200_000;

    private const int SmallFilesOfADay = 48;
    private const long SmallFileBytes = 64 * 1024 * 1024;

    /// <summary>Does all there is to do.</summary>
    /// <returns>False when another process keeps the archive, or the store is not whole: an archive may be all that is left.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        if (completeness.Problem is not null) return false;
        if (await states.TryTakeAsync(cancellationToken).ConfigureAwait(false) is not { } held) return false;
        try
        {
            folder.Sweep(held.State);
            foreach (var shard in shards.All)
            {
                await store.TrimLogAsync(shard, held.State.Of(shard).Entries, cancellationToken).ConfigureAwait(false);
            }

            await schemaSource.RefreshAsync(cancellationToken).ConfigureAwait(false);
            var erased = await erasures.ReadAsync(cancellationToken).ConfigureAwait(false);
            while (await StoreBatchAsync(held, erased, cancellationToken).ConfigureAwait(false))
            {
                // The inbox may have grown meanwhile: until it is empty.
            }

            if (erased.Count > 0) await EraseAsync(held, erased, cancellationToken).ConfigureAwait(false);
            await MergeAsync(held, cancellationToken).ConfigureAwait(false);
            await ForgetAsync(held, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(folder, cancellationToken).ConfigureAwait(false);
            folder.WriteManifest(held.State);
        }
        catch (LeaseLostException)
        {
            return false;
        }

        await held.GiveBackAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> StoreBatchAsync(ArchiveStateStore.Held held, IReadOnlyList<Erasure> erased, CancellationToken cancellationToken)
    {
        using var table = new EventTable(folder.TemporaryPath);
        var drain = new InboxDrain(store, shards, folder, log);
        var stretch = await drain
            .ReadAsync(held.State.Of, held.State.Pending?.Until, EventsPerFile, erased, schemaSource.Current, table, cancellationToken)
            .ConfigureAwait(false);
        if (stretch.Heads.Count == 0) return false;

        await held.UpdateAsync(
            s => s with { Pending = new PendingBatch(stretch.Heads.ToDictionary(h => h.Key, h => h.Value.Entries)) }, cancellationToken)
            .ConfigureAwait(false);
        var files = table.Days().Select((day, i) => WriteDay(table, day, held.State, i)).ToList();
        await held.UpdateAsync(
            s => s with
            {
                Pending = null,
                Files = [.. s.Files, .. files],
                NextFile = s.NextFile + files.Count,
                Gone = s.Gone + stretch.Gone,
                Shards = s.Shards.Where(x => !stretch.Heads.ContainsKey(x.Key)).Concat(stretch.Heads).ToDictionary(),
            },
            cancellationToken).ConfigureAwait(false);
        folder.WriteManifest(held.State);
        foreach (var (shard, head) in stretch.Heads) await store.TrimLogAsync(shard, head.Entries, cancellationToken).ConfigureAwait(false);
        log.Archived(files.Sum(f => f.Rows), files.Count);
        return true;
    }

    private ArchiveFile WriteDay(EventTable table, DateOnly day, ArchiveState state, int index)
    {
        var name = NameOf(day, state.NextFile + index, state.Fence);
        long rows = 0;
        folder.Write(name, path => rows = table.WriteDay(day, path));
        return new ArchiveFile(name, day, rows, new FileInfo(folder.Full(name)).Length);
    }

    private async Task EraseAsync(ArchiveStateStore.Held held, IReadOnlyList<Erasure> erased, CancellationToken cancellationToken)
    {
        using var table = new EventTable(folder.TemporaryPath);
        foreach (var user in erased.Select(e => UserKey.Parse(e.User)).Distinct())
        {
            foreach (var file in held.State.Files.Where(f => table.CountOf(user, folder.Full(f.Path)) > 0).ToList())
            {
                await ReplaceAsync(held, table, [file], user, cancellationToken).ConfigureAwait(false);
            }
        }

        await erasures.RemoveAsync(erased, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes one file of many small ones: of a day that is over, or of one that has too many.</summary>
    private async Task MergeAsync(ArchiveStateStore.Held held, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        using var table = new EventTable(folder.TemporaryPath);
        foreach (var day in held.State.Files.Where(f => f.Bytes < SmallFileBytes).GroupBy(f => f.Day).ToList())
        {
            if (day.Count() < (day.Key < today ? 2 : SmallFilesOfADay)) continue;
            await ReplaceAsync(held, table, [.. day], null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes the rows of some files into a new one, and removes them.</summary>
    private async Task ReplaceAsync(
        ArchiveStateStore.Held held, EventTable table, IReadOnlyList<ArchiveFile> old, UserKey? without, CancellationToken cancellationToken)
    {
        var name = NameOf(old[0].Day, held.State.NextFile, held.State.Fence);
        long rows = 0;
        folder.Write(name, path => rows = table.Rewrite([.. old.Select(f => folder.Full(f.Path))], without, path));
        var file = new ArchiveFile(name, old[0].Day, rows, new FileInfo(folder.Full(name)).Length);
        await held.UpdateAsync(
            s => s with
            {
                Files = [.. s.Files.Except(old), .. rows > 0 ? [file] : Array.Empty<ArchiveFile>()],
                NextFile = s.NextFile + 1,
                Gone = s.Gone + old.Sum(f => f.Rows) - rows,
            },
            cancellationToken).ConfigureAwait(false);
        folder.WriteManifest(held.State);
        foreach (var gone in old) folder.Delete(gone.Path);
        if (rows == 0) folder.Delete(name);
    }

    private async Task ForgetAsync(ArchiveStateStore.Held held, CancellationToken cancellationToken)
    {
        if (options.Value.RetentionDays is not { } days) return;
        var first = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-days);
        var old = held.State.Files.Where(f => f.Day < first).ToList();
        if (old.Count == 0) return;
        await held.UpdateAsync(
            s => s with { Files = [.. s.Files.Except(old)], Gone = s.Gone + old.Sum(f => f.Rows), IsPartial = true }, cancellationToken)
            .ConfigureAwait(false);
        folder.WriteManifest(held.State);
        foreach (var file in old) folder.Delete(file.Path);
        log.Forgotten(old.Count, first);
    }

    private static string NameOf(DateOnly day, long number, long fence) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"day={day:yyyy-MM-dd}/{number:D10}-{fence}.parquet");
}
