using System.Text.Json;
using Experiments.Sdk.Assignment;
using Microsoft.Extensions.Logging;

namespace Experiments.Sdk.Snapshots;

/// <summary>The one evaluator in force, replaced whole: a call reads it once, so it sees one version from beginning to end.</summary>
internal sealed class SnapshotHolder(TimeProvider clock, ILogger logger)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { MaxDepth = 64 };

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile SnapshotEvaluator _current = SnapshotEvaluator.NotReady;
    private long _confirmedAt;

    public SnapshotEvaluator Current => _current;

    /// <summary>Completes with the first snapshot.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Seconds since a source last said that this is the newest; null while there is none.</summary>
    public double? AgeSeconds => _ready.Task.IsCompleted ? clock.GetElapsedTime(Volatile.Read(ref _confirmedAt)).TotalSeconds : null;

    /// <summary>Reads a snapshot's bytes and serves it if it is newer.</summary>
    /// <exception cref="JsonException">The bytes are no snapshot.</exception>
    public void Offer(ReadOnlySpan<byte> json)
    {
        var snapshot = JsonSerializer.Deserialize<Snapshot>(json, Options) ?? throw new JsonException("A snapshot is not null.");
        Offer(snapshot);
    }

    /// <summary>Serves a snapshot if it is newer than the one in force, whatever the sources of the two.</summary>
    public void Offer(Snapshot snapshot)
    {
        if (snapshot.Version > _current.Version)
        {
            var evaluator = SnapshotEvaluator.Compile(snapshot);
            lock (_lock)
            {
                if (evaluator.Version <= _current.Version) return;
                _current = evaluator;
            }

            foreach (var problem in evaluator.Skipped) logger.SnapshotEntrySkipped(evaluator.Version, problem);
            logger.SnapshotServed(evaluator.Version, evaluator.Parameters.Count);
        }

        Confirm();
    }

    /// <summary>A source says that nothing is newer.</summary>
    public void Confirm()
    {
        if (_current.Version < 0) return;
        Volatile.Write(ref _confirmedAt, clock.GetTimestamp());
        _ready.TrySetResult();
    }
}
