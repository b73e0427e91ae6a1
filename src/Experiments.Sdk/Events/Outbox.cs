using System.Runtime.CompilerServices;
using Experiments.Sdk.Assignment;
using Microsoft.Extensions.Logging;

namespace Experiments.Sdk.Events;

/// <summary>Events that wait for delivery: bounded, in memory, first in first out, with exact counts.</summary>
/// <remarks>When it fills up it sheds by user: from <see cref="SheddingStart"/> of its room on, the users whose hash lies under a bar that
/// rises with the filling. The rule sees the user only, so that what is left favours no variant, and it takes the same users
/// first each time, so that few users lose a part of their events.</remarks>
internal sealed class Outbox(int capacity, long byteCapacity, EventIds ids, Telemetry telemetry, ILogger logger)
{
    /// <summary>Filling at which shedding starts.</summary>
    private const double SheddingStart = 0.8;

    private const int UsualLength = 256;

    /// <summary>Reason of the drops for want of room.</summary>
    public const string ReasonFull = "full";

    /// <summary>Reason of the drops of events that the app made wrong.</summary>
    public const string ReasonInvalid = "invalid";

    /// <summary>Reason of the drops of what could not be delivered before the stop, and of what came after it.</summary>
    public const string ReasonStopped = "stopped";

    private static readonly byte[] SheddingSalt = UserHasher.Salt("shed/1");

    private readonly Lock _lock = new();
    private readonly Queue<OutboxEvent> _queue = new();
    private readonly List<(long Target, TaskCompletionSource Done)> _flushes = [];
    private readonly List<(long Target, TaskCompletionSource<bool> Done)> _persists = [];
    private TaskCompletionSource _wake = NewSignal();
    private int _wakeAt = int.MaxValue;
    private long _delivered;
    private long _dropped;
    private long _settled;
    private long _taken;
    private long _persisted;
    private long _stored;
    private int _inFlight;
    private bool _closed;
    private bool _shedding;
    private bool _lastInMemory;

    public OutboxCounts Counts
    {
        get
        {
            lock (_lock) return new(_delivered + _queue.Count + _inFlight + _dropped, _delivered, _queue.Count + _inFlight, _dropped);
        }
    }

    public EventIds Ids => ids;

    /// <summary>Called when somebody waits for a flush, or at the end; must return at once.</summary>
    public Action? Hurried { get; set; }

    /// <summary>Whether what waits is wanted at once.</summary>
    public bool IsHurried
    {
        get
        {
            lock (_lock) return _closed || _flushes.Count > 0;
        }
    }

    public bool IsClosed
    {
        get
        {
            lock (_lock) return _closed;
        }
    }

    /// <summary>Whether events of some users are given up now, for want of room.</summary>
    public bool IsShedding
    {
        get
        {
            lock (_lock) return Filling >= SheddingStart;
        }
    }

    /// <summary>The fuller of the two limits; events not yet written are taken at a usual length.</summary>
    private double Filling => Math.Max(
        (_queue.Count + _inFlight) / (double)capacity, (Volatile.Read(ref _stored) + ((long)UsualLength * _queue.Count)) / (double)byteCapacity);

    /// <summary>Whether an event of this user would be taken now; counts a drop if not. Spares making an event to be shed.</summary>
    public bool Accepts(string user)
    {
        bool sheds, starts;
        string reason;
        lock (_lock)
        {
            var filling = Filling;
            sheds = _closed || (filling >= SheddingStart && Sheds(user, filling));
            starts = filling >= SheddingStart && !_shedding && !_closed;
            _shedding |= starts;
            if (sheds) _dropped++;
            reason = _closed ? ReasonStopped : ReasonFull;
        }

        if (starts) logger.OutboxSheds();
        if (sheds) telemetry.Dropped(1, reason);
        return !sheds;
    }

    /// <summary>Takes an event that <see cref="Accepts"/> let pass. Never blocks on I/O.</summary>
    public void Enqueue(OutboxEvent outboxEvent)
    {
        string reason;
        lock (_lock)
        {
            if (!_closed && Filling < 1)
            {
                _queue.Enqueue(outboxEvent);
                if (_queue.Count >= _wakeAt) Wake();
                return;
            }

            _dropped++;
            reason = _closed ? ReasonStopped : ReasonFull;
        }

        telemetry.Dropped(1, reason);
    }

    /// <summary>Counts an event that never was one.</summary>
    public void Refuse(string reason)
    {
        lock (_lock) _dropped++;
        telemetry.Dropped(1, reason);
    }

    /// <summary>Waits until a batch is complete, or a flush is asked for, or some time has passed with an event waiting.</summary>
    public async Task WaitAsync(int batchSize, TimeSpan longest, TimeProvider clock, CancellationToken cancellationToken)
    {
        await WaitForAsync(1, cancellationToken).ConfigureAwait(false);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] waits = [Task.Delay(longest, clock, either.Token), WaitForAsync(batchSize, either.Token)];
        await Task.WhenAny(waits).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        foreach (var wait in waits) await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Waits until as many events are there, or somebody wants them sent at once.</summary>
    private async Task WaitForAsync(int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task signal;
            lock (_lock)
            {
                if (_closed || (_queue.Count > 0 && _flushes.Count + _persists.Count > 0) || _queue.Count >= count) return;
                _wakeAt = count;
                signal = _wake.Task;
            }

            await signal.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Moves up to <paramref name="most"/> events to <paramref name="batch"/>; they wait until <see cref="Settle"/>.</summary>
    public void Take(List<OutboxEvent> batch, int most)
    {
        lock (_lock)
        {
            while (batch.Count < most && _queue.TryDequeue(out var next)) batch.Add(next);
            _inFlight += batch.Count;
            _taken += batch.Count;
            if (Filling < SheddingStart / 2) _shedding = false;
        }
    }

    /// <summary>Ends the way of events taken: each was delivered or dropped.</summary>
    public void Settle(int delivered, int dropped, string reason)
    {
        List<TaskCompletionSource> done = [];
        lock (_lock)
        {
            _inFlight -= delivered + dropped;
            _settled += delivered + dropped;
            _delivered += delivered;
            _dropped += dropped;
            for (var i = _flushes.Count - 1; i >= 0; i--)
            {
                if (_flushes[i].Target > _settled) continue;
                done.Add(_flushes[i].Done);
                _flushes.RemoveAt(i);
            }
        }

        if (delivered > 0) telemetry.Delivered(delivered);
        if (dropped > 0) telemetry.Dropped(dropped, reason);
        foreach (var flush in done) flush.TrySetResult();
    }

    /// <summary>Completes when all that waits now was delivered or dropped.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var done = NewSignal();
        lock (_lock)
        {
            if (_queue.Count + _inFlight == 0) return;
            _flushes.Add((_taken + _queue.Count, done));
            Wake();
        }

        Hurried?.Invoke();

        try
        {
            await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock) _flushes.RemoveAll(flush => flush.Done == done);
        }
    }

    /// <summary>Takes no event from now on, and lets the sender finish.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Wake();
        }

        Hurried?.Invoke();
    }

    /// <summary>Takes charge of events that an earlier process left.</summary>
    public void Adopt(int events)
    {
        lock (_lock)
        {
            _inFlight += events;
            _taken += events;
            _persisted += events;
        }
    }

    /// <summary>Bytes written down, or freed.</summary>
    public void AddStored(long bytes) => Interlocked.Add(ref _stored, bytes);

    /// <summary>Events taken are on disk now, or could not be written there.</summary>
    public void Persisted(int events, bool onDisk)
    {
        List<(long Target, TaskCompletionSource<bool> Done)> done;
        lock (_lock)
        {
            _persisted += events;
            _lastInMemory = !onDisk;
            done = onDisk ? _persists.FindAll(persist => persist.Target <= _persisted) : [.. _persists];
            foreach (var persist in done) _persists.Remove(persist);
        }

        foreach (var persist in done) persist.Done.TrySetResult(onDisk);
    }

    /// <summary>Completes when all that waits now is on disk, with false when a part of it could not be written.</summary>
    public async Task<bool> PersistAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            var target = _taken + _queue.Count;
            if (target <= _persisted) return !_lastInMemory;
            _persists.Add((target, done));
            Wake();
        }

        try
        {
            return await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_lock) _persists.RemoveAll(persist => persist.Done == done);
        }
    }

    /// <summary>Gives up what still waits, once nobody sends any more; returns how many.</summary>
    /// <param name="onDisk">Whether what was taken waits on disk for another start, but for <paramref name="lost"/> of it.</param>
    /// <param name="lost">Events taken that are in memory only.</param>
    public int DropAll(bool onDisk, int lost)
    {
        var rest = new List<OutboxEvent>();
        int left;
        lock (_lock) left = onDisk ? lost + _queue.Count : _inFlight + _queue.Count;
        Take(rest, int.MaxValue);
        Settle(0, left, ReasonStopped);
        return left;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Wake()
    {
        _wakeAt = int.MaxValue;
        _wake.TrySetResult();
        _wake = NewSignal();
    }

    /// <summary>Whether the user is under the bar: nobody at <see cref="SheddingStart"/>, all when there is no room.</summary>
    [SkipLocalsInit]
    private static bool Sheds(string user, double filling)
    {
        Span<byte> buffer = stackalloc byte[UserHasher.BufferSize];
        return !UserHasher.TryCreate(user, buffer, out var hasher)
            || UserHasher.Bucket(hasher.Hash(SheddingSalt)) < BucketTable.Size * (filling - SheddingStart) / (1 - SheddingStart);
    }
}
