using System.Buffers;
using Microsoft.Extensions.Logging;

namespace Experiments.Sdk.Events;

/// <summary>The events that wait, on disk: appended from the outbox by one task, delivered and deleted by another.</summary>
/// <remarks>
/// <para>Each process has segments of its own and a lock; those of a process that died are taken over by whoever gets its lock. A segment
/// goes when all its events are settled, so a kill repeats at most one segment to the service, which knows the ids.</para>
/// <para>Where the disk refuses, events wait in memory and the disk is tried again later.</para>
/// </remarks>
internal sealed class Journal(DataFolder folder, Outbox outbox, bool fsync, TimeProvider clock, ILogger logger) : IEventQueue
{
    /// <summary>Reason of the drops of events that the disk did not give back.</summary>
    public const string ReasonUnreadable = "unreadable";

    private const int FlushCount = 100;
    private const int MostAtOnce = 5000;
    private const long SegmentLength = 4 << 20;

    private static readonly TimeSpan FlushTime = TimeSpan.FromMilliseconds(200);

    /// <summary>Time between two looks for segments of processes that died, and between two tries of a disk that refused.</summary>
    private static readonly TimeSpan LookTime = TimeSpan.FromSeconds(30);

    /// <summary>Held while files change; never by the app's threads.</summary>
    private readonly Lock _files = new();
    private readonly LinkedList<Segment> _segments = [];
    private readonly List<SegmentOwner> _adopted = [];
    private readonly List<OutboxEvent> _taken = [];
    private readonly List<byte[]> _encoded = [];
    private readonly ArrayBufferWriter<byte> _records = new(64 << 10);
    private volatile TaskCompletionSource _changed = NewSignal();
    private SegmentOwner? _owner;
    private Segment? _active;
    private Segment? _reading;
    private long? _refusedAt;
    private int _unread;
    private int _unsettled;
    private int _number;
    private volatile bool _complete;

    public bool IsComplete => _complete;

    /// <summary>Moves events from the outbox to disk until it is closed and empty.</summary>
    public async Task RunAsync()
    {
        outbox.Hurried = Signal;
        Adopt();
        try
        {
            while (true)
            {
                using var look = new CancellationTokenSource(LookTime, clock);
                try
                {
                    await outbox.WaitAsync(FlushCount, FlushTime, clock, look.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    Adopt();
                }

                while (TakeOnce())
                {
                }

                if (outbox.IsClosed) return;
            }
        }
        finally
        {
            _complete = true;
            Signal();
        }
    }

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

    public void Take(List<byte[]> batch, int most)
    {
        while (batch.Count == 0)
        {
            Segment? segment;
            lock (_files)
            {
                segment = _segments.First?.Value;
                if (segment is null || (segment.Unread == 0 && segment == _active)) return;
                if (segment.Unread == 0)
                {
                    Remove(segment);
                    continue;
                }

                try
                {
                    segment.Read(batch, most);
                    _reading = segment;
                    _unsettled = batch.Count;
                    Interlocked.Add(ref _unread, -batch.Count);
                    return;
                }
                catch (Exception exception) when (DataFolder.IsFileProblem(exception) || exception is InvalidDataException)
                {
                    batch.Clear();
                }
            }

            GiveUp(segment);
        }
    }

    public void Settle(int delivered, int dropped, string reason)
    {
        _unsettled -= delivered + dropped;
        if (_unsettled == 0) Release(_reading!);
        outbox.Settle(delivered, dropped, reason);
    }

    /// <summary>Ends it, once both tasks have: gives up what is in memory, leaves on disk what is there. Returns how many events are lost.</summary>
    public int Close()
    {
        lock (_files)
        {
            var lost = 0;
            foreach (var segment in _segments)
            {
                if (!segment.IsOnDisk) lost += segment.Unread + (segment == _reading ? _unsettled : 0);
                segment.Dispose();
            }

            // Nothing waits in a segment of the process itself: no trace of it stays.
            var left = _segments.Any(segment => segment.IsOnDisk && segment.Owner == _owner && segment.Count > 0);
            if (_owner is not null && !left) Try(() => DeleteAll(_owner));
            _owner?.Dispose();
            foreach (var owner in _adopted) owner.Dispose();
            _segments.Clear();
            return lost;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        var signal = _changed;
        _changed = NewSignal();
        signal.TrySetResult();
    }

    private async Task WaitForAsync(int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            var signal = _changed.Task;
            var unread = Volatile.Read(ref _unread);
            if (_complete || unread >= count || (unread > 0 && outbox.IsHurried)) return;
            await signal.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private bool TakeOnce()
    {
        _taken.Clear();
        _encoded.Clear();
        outbox.Take(_taken, MostAtOnce);
        if (_taken.Count == 0) return false;
        EventBatch.Encode(_taken, _encoded, outbox, logger);
        var onDisk = Append();
        Interlocked.Add(ref _unread, _encoded.Count);
        outbox.Persisted(_taken.Count, onDisk);
        Signal();
        return true;
    }

    /// <summary>Appends the encoded events to disk, or to memory where it refuses.</summary>
    private bool Append()
    {
        _records.ResetWrittenCount();
        foreach (var json in _encoded) SegmentFormat.Append(_records, json);
        lock (_files)
        {
            if (_refusedAt is { } at && clock.GetElapsedTime(at) < LookTime)
            {
                AppendToMemory();
                return false;
            }

            try
            {
                _active ??= NextSegment();
                _active.Write(_records.WrittenSpan, fsync);
                _active.Publish(_records.WrittenCount, _encoded.Count);
                outbox.AddStored(_records.WrittenCount);
                if (_active.Length >= SegmentLength) _active = null;
                _refusedAt = null;
                return true;
            }
            catch (Exception exception) when (DataFolder.IsFileProblem(exception))
            {
                folder.Unusable(exception);
                if (_active is { } torn) Try(torn.Truncate);
                _active = null;
                _refusedAt = clock.GetTimestamp();
                AppendToMemory();
                return false;
            }
        }
    }

    private void AppendToMemory()
    {
        if (_segments.Last?.Value is not { IsOnDisk: false } segment) _segments.AddLast(segment = Segment.InMemory());
        foreach (var json in _encoded) segment.Add(json);
        outbox.AddStored(_encoded.Sum(json => (long)json.Length));
    }

    private Segment NextSegment()
    {
        while (_owner is null) _owner = SegmentOwner.TryLock(folder, Guid.NewGuid().ToString("N"));
        var segment = Segment.Create(folder, _owner.PathOf(folder, ++_number), _owner);
        _segments.AddLast(segment);
        return segment;
    }

    /// <summary>Takes over what processes that are gone have left.</summary>
    private void Adopt()
    {
        try
        {
            foreach (var id in SegmentOwner.IdsIn(folder.Path))
            {
                if (id == _owner?.Id || _adopted.Exists(adopted => adopted.Id == id)) continue;
                if (SegmentOwner.TryLock(folder, id) is { } owner) Adopt(owner);
            }
        }
        catch (Exception exception) when (DataFolder.IsFileProblem(exception))
        {
            folder.Unusable(exception);
        }
    }

    private void Adopt(SegmentOwner owner)
    {
        var (events, bytes) = (0, 0L);
        lock (_files)
        {
            // The order of arrival is that of the segments: what comes now goes into a new one.
            _active = null;
            _adopted.Add(owner);
            foreach (var path in owner.Paths(folder))
            {
                if (AdoptOne(path, owner) is not { } segment) continue;
                events += segment.Count;
                bytes += segment.Length - SegmentFormat.HeaderLength;
            }

            if (owner.Segments == 0) Drop(owner);
        }

        if (events == 0) return;
        outbox.Adopt(events);
        outbox.AddStored(bytes);
        Interlocked.Add(ref _unread, events);
        logger.EventsRecovered(events);
        Signal();
    }

    private Segment? AdoptOne(string path, SegmentOwner owner)
    {
        try
        {
            if (Segment.Adopt(folder, path, owner) is not { } segment) return null;
            if (segment.Count == 0)
            {
                segment.Delete();
                return null;
            }

            owner.Segments++;
            _segments.AddLast(segment);
            return segment;
        }
        catch (Exception exception) when (DataFolder.IsFileProblem(exception))
        {
            folder.Unusable(exception);
            return null;
        }
    }

    /// <summary>All that was read of a segment is settled.</summary>
    private void Release(Segment segment)
    {
        lock (_files)
        {
            if (segment.Unread > 0) return;
            outbox.AddStored(SegmentFormat.HeaderLength - segment.Length);
            if (segment == _active)
            {
                // The file stays for what comes next: its name is already on the medium.
                if (Try(segment.Clear)) return;
                _active = null;
            }

            Remove(segment);
        }
    }

    private void Remove(Segment segment)
    {
        _segments.Remove(segment);
        Try(segment.Delete);
        Released(segment);
    }

    private void Released(Segment segment)
    {
        if (segment.Owner is { } owner && owner != _owner && --owner.Segments == 0) Drop(owner);
    }

    /// <summary>The disk does not give back what it took.</summary>
    private void GiveUp(Segment segment)
    {
        int lost;
        lock (_files)
        {
            if (segment == _active) _active = null;
            lost = segment.Skip();
            outbox.AddStored(SegmentFormat.HeaderLength - segment.Length);
            _segments.Remove(segment);
            segment.Dispose();
            folder.SetAside(segment.Path!, "it is damaged");
            Released(segment);
        }

        Interlocked.Add(ref _unread, -lost);
        outbox.Settle(0, lost, ReasonUnreadable);
    }

    private void Drop(SegmentOwner owner)
    {
        _adopted.Remove(owner);
        Try(owner.Delete);
        owner.Dispose();
    }

    private void DeleteAll(SegmentOwner owner)
    {
        foreach (var path in owner.Paths(folder)) File.Delete(path);
        owner.Delete();
    }

    private bool Try(Action change)
    {
        try
        {
            change();
            return true;
        }
        catch (Exception exception) when (DataFolder.IsFileProblem(exception))
        {
            folder.Unusable(exception);
            return false;
        }
    }
}
