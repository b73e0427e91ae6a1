using Experiments.Api.Events.Ledger;
using Experiments.Api.Store;

namespace Experiments.Api.Archive;

/// <summary>Reads stretches of the shards' logs, and checks on the way that they are what was committed.</summary>
internal sealed class InboxDrain(IStore store, ShardMap shards, ArchiveFolder folder, ILogger log)
{
    private const int EntriesPerPage = 64;
    private const int ReadsOfDamagedEntry = 3;

    /// <summary>What a drain has read.</summary>
    /// <param name="Heads">For each shard read, where its stretch ends.</param>
    /// <param name="Gone">Events that were left out: erased, or in an entry that could not be read.</param>
    internal sealed record Stretch(IReadOnlyDictionary<string, ShardHead> Heads, long Gone);

    /// <summary>Reads what is new in the shards into a table, until the table has enough or each shard is at its end.</summary>
    /// <param name="from">Where each shard's stretch begins.</param>
    /// <param name="until">Where it ends, when that is settled already; null: at the end of the log.</param>
    /// <param name="most">Events that are enough.</param>
    public async Task<Stretch> ReadAsync(
        Func<string, ShardHead> from, IReadOnlyDictionary<string, long>? until, long most, IReadOnlyList<Erasure> erasures,
        LedgerSchema schema, EventTable table, CancellationToken cancellationToken)
    {
        var heads = new Dictionary<string, ShardHead>();
        long gone = 0;
        foreach (var shard in shards.All)
        {
            if (until is not null && !until.ContainsKey(shard)) continue;
            var start = from(shard);
            var end = ShardHead.Decode((await store.ReadAsync(shard, [ShardHead.Key], cancellationToken).ConfigureAwait(false)).Values[0]);
            var last = until?[shard] ?? end.Entries;
            var head = start;
            while (head.Entries < last && (until is not null || table.Rows < most))
            {
                var page = await store
                    .ReadLogAsync(shard, head.Entries, (int)Math.Min(EntriesPerPage, last - head.Entries), cancellationToken)
                    .ConfigureAwait(false);
                if (page.First != head.Entries || page.Entries.Count == 0) throw Missing(shard, head.Entries);
                foreach (var entry in page.Entries)
                {
                    var position = head.Entries;
                    var events = Decode(shard, position, entry);
                    var kept = events.Where(e => !erasures.Any(x => x.Shard == shard && position < x.Before && x.User == e.Event.User.ToString())).ToList();
                    table.Append(kept, schema);
                    head = head.After(entry.Span, events.Count);
                    gone += events.Count - kept.Count;
                }
            }

            if (head.Entries == end.Entries)
            {
                if (head.Chain != end.Chain) throw Damaged(shard);
                gone += end.Events - head.Events;
                head = end;
            }

            if (head != start) heads[shard] = head;
        }

        return new Stretch(heads, gone);
    }

    private List<ArchivedEvent> Decode(string shard, long position, ReadOnlyMemory<byte> entry)
    {
        for (var read = 1; ; read++)
        {
            try
            {
                return InboxReader.Read(entry);
            }
            catch (InvalidDataException damage) when (read == ReadsOfDamagedEntry)
            {
                log.EntryDamaged(damage, shard, position);
                folder.Write(
                    System.IO.Path.Combine("dead-letters", $"{shard}-{position}.bin"), path => File.WriteAllBytes(path, entry.ToArray()));
                return [];
            }
            catch (InvalidDataException)
            {
                // Once more: the bytes are in memory, but a fault that passes costs nothing to rule out.
            }
        }
    }

    private static InvalidDataException Missing(string shard, long position) => new(
        $"The inbox of shard {shard} lacks its entry {position}, which is not in the archive: the store has lost a part. "
        + "Stop the service, and restore a copy of the store or run the command 'rebuild'.");

    private static InvalidDataException Damaged(string shard) => new(
        $"The inbox of shard {shard} is not what was committed: the store was damaged or changed by other means. "
        + "Stop the service, and restore a copy of the store or run the command 'rebuild'.");
}
