using System.Text.Json;
using Experiments.Sdk.Assignment;
using Microsoft.Extensions.Logging;

namespace Experiments.Sdk.Snapshots;

/// <summary>The one evaluator in force, replaced whole: a call reads it once, so it sees one version from beginning to end.</summary>
/// <param name="file">Keeps the last snapshot for the next start; null keeps it in memory only.</param>
/// <param name="clock">Tells the age.</param>
/// <param name="logger">For the SDK's messages.</param>
internal sealed class SnapshotHolder(SnapshotFile? file, TimeProvider clock, ILogger logger)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { MaxDepth = 64 };

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile SnapshotEvaluator _current = SnapshotEvaluator.NotReady;
    private volatile bool _live;
    private long _confirmedAt;

    public SnapshotEvaluator Current => _current;

    /// <summary>Completes with the first snapshot from a source, or with that from disk once the sources have failed to give one.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Whether a source has given or confirmed the snapshot in force.</summary>
    public bool IsLive => _live;

    public SnapshotOrigin Origin => _live ? SnapshotOrigin.Live : _current.Version < 0 ? SnapshotOrigin.None : SnapshotOrigin.Disk;

    /// <summary>Seconds since a source last said that this is the newest; null while none has.</summary>
    public double? AgeSeconds => _live ? clock.GetElapsedTime(Volatile.Read(ref _confirmedAt)).TotalSeconds : null;

    /// <summary>Serves the snapshot on disk, if there is a good one, until a source answers.</summary>
    public void OfferStored()
    {
        if (file?.Read() is not { } json) return;
        try
        {
            Serve(Parse(json), live: false);
        }
        catch (JsonException)
        {
            file.Wrong("its body is no snapshot");
        }
    }

    /// <summary>Reads a snapshot's bytes and serves it if it is newer.</summary>
    /// <exception cref="JsonException">The bytes are no snapshot.</exception>
    public void Offer(ReadOnlySpan<byte> json)
    {
        if (Serve(Parse(json), live: true)) file?.Write(json);
        Confirm();
    }

    /// <summary>Serves a snapshot if it is newer than the one in force, whatever the sources of the two.</summary>
    public void Offer(Snapshot snapshot)
    {
        Serve(snapshot, live: true);
        Confirm();
    }

    /// <summary>A source says that nothing is newer.</summary>
    public void Confirm()
    {
        if (!_live) return;
        Volatile.Write(ref _confirmedAt, clock.GetTimestamp());
        _ready.TrySetResult();
    }

    /// <summary>No source has answered: the snapshot from disk, if there is one, is what the app starts with.</summary>
    public void SettleForStored()
    {
        if (_current.Version >= 0) _ready.TrySetResult();
    }

    private static Snapshot Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<Snapshot>(json, Options) ?? throw new JsonException("A snapshot is not null.");

    /// <summary>The newer version wins; but the first one from a source wins over the one from disk, newer or not: a service whose store
    /// was put back would else never be heard again.</summary>
    private bool Serve(Snapshot snapshot, bool live)
    {
        if (_live && snapshot.Version <= _current.Version) return false;
        var evaluator = SnapshotEvaluator.Compile(snapshot);
        lock (_lock)
        {
            if (_live && (!live || evaluator.Version <= _current.Version)) return false;
            _current = evaluator;
            if (live) Volatile.Write(ref _confirmedAt, clock.GetTimestamp());
            _live = live;
        }

        foreach (var problem in evaluator.Skipped) logger.SnapshotEntrySkipped(evaluator.Version, problem);
        if (live) logger.SnapshotServed(evaluator.Version, evaluator.Parameters.Count);
        else logger.SnapshotFromDisk(evaluator.Version, evaluator.Parameters.Count);
        return true;
    }
}
