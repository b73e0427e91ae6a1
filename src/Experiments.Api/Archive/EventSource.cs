using Experiments.Api.Events.Ledger;
using Experiments.Api.Store;

namespace Experiments.Api.Archive;

/// <summary>Everything there is of events at one moment of the store: the archive's files, and the inbox behind them.</summary>
internal sealed class EventSource : IDisposable
{
    private readonly EventTable _table;
    private readonly IReadOnlyList<string> _files;

    private EventSource(EventTable table, ArchiveState state, IReadOnlyList<string> files, IReadOnlyList<ShardSnapshot> snapshots, long gone)
    {
        _table = table;
        _files = files;
        State = state;
        Snapshots = snapshots;
        Gone = gone;
    }

    public ArchiveState State { get; }

    /// <summary>The moments of the shards at that moment.</summary>
    public IReadOnlyList<ShardSnapshot> Snapshots { get; }

    /// <summary>Events of the inbox that are not here: erased, or damaged.</summary>
    public long Gone { get; }

    public long Rows => State.Files.Sum(f => f.Rows) + _table.Rows;

    public IEnumerable<(UserKey User, List<LedgerEvent> Events)> Users(LedgerSchema schema) => _table.Users(_files, schema);

    /// <summary>Opens it; while the service takes events in, as of the moment of the call.</summary>
    /// <exception cref="InvalidDataException">A part is missing or damaged.</exception>
    public static async Task<EventSource> OpenAsync(
        IStore store, ShardMap shards, ArchiveState state, ArchiveFolder folder, LedgerSchema schema, IReadOnlyList<Erasure> erasures,
        ILogger log, CancellationToken cancellationToken)
    {
        foreach (var file in state.Files.Where(f => !File.Exists(folder.Full(f.Path))))
        {
            throw new InvalidDataException($"The archive's file '{file.Path}' is missing from '{folder.Path}'. Restore the folder from a copy.");
        }

        var snapshots = new List<ShardSnapshot>();
        foreach (var shard in shards.All) snapshots.Add(await ShardSnapshot.ReadAsync(store, shard, schema, cancellationToken).ConfigureAwait(false));
        var table = new EventTable(System.IO.Path.GetTempPath());
        try
        {
            var until = snapshots.Where(s => s.Head.Entries > state.Of(s.Shard).Entries).ToDictionary(s => s.Shard, s => s.Head.Entries);
            var drain = new InboxDrain(store, shards, folder, log);
            var stretch = await drain.ReadAsync(state.Of, until, long.MaxValue, erasures, schema, table, cancellationToken).ConfigureAwait(false);
            foreach (var snapshot in snapshots.Where(s => stretch.Heads.TryGetValue(s.Shard, out var head) && head.Chain != s.Head.Chain))
            {
                throw new InvalidDataException($"The inbox of shard {snapshot.Shard} is not what was committed.");
            }

            return new EventSource(table, state, [.. state.Files.Select(f => folder.Full(f.Path))], snapshots, stretch.Gone);
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    public void Dispose() => _table.Dispose();
}
