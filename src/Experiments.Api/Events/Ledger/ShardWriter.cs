using System.Threading.Channels;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Events.Ledger;

/// <summary>The one writer of a shard in this process: gathers what was submitted while a commit was in flight into the next one.</summary>
/// <remarks>Optimistic: read, compute, commit if the version is still the one read. A race lost, or an outcome unknown, means read again
/// and fold again; event ids in the records make the second fold of the same events empty.</remarks>
internal sealed class ShardWriter : IAsyncDisposable
{
    private const int MaximumEventsPerCommit = 10_000;
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(200);

    private readonly Channel<Submission> _queue = Channel.CreateUnbounded<Submission>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly ShardCommit _commit;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly string _shard;
    private readonly int _capacity;
    private readonly Task _loop;
    private int _waiting;

    public ShardWriter(string shard, IStore store, ILedgerSchemaSource schema, TimeProvider clock, LedgerOptions options, ILogger log,
        ApiMetrics? metrics = null)
    {
        _shard = shard;
        _clock = clock;
        _log = log;
        _capacity = options.MaximumWaitingEventsPerShard;
        _commit = new ShardCommit(shard, store, schema, clock, options.RememberedUsersPerShard, log, metrics);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Events submitted and not yet committed.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Returns when the events are committed; a duplicate is marked in its <see cref="Submission.Duplicates"/>.</summary>
    /// <exception cref="LedgerBusyException">More waits already than the bound allows; nothing was taken.</exception>
    /// <exception cref="StoreUnavailableException">The store did not take them in time; they may be sent again.</exception>
    public Task SubmitAsync(Submission submission)
    {
        if (Interlocked.Add(ref _waiting, submission.Events.Count) > _capacity || !_queue.Writer.TryWrite(submission))
        {
            Interlocked.Add(ref _waiting, -submission.Events.Count);
            throw new LedgerBusyException();
        }

        return submission.Done;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _stopping.CancelAfter(GiveUpAfter);
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var batch = new List<Submission>();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            var events = 0;
            while (events < MaximumEventsPerCommit && _queue.Reader.TryRead(out var submission))
            {
                batch.Add(submission);
                events += submission.Events.Count;
            }

            await CommitAsync(batch).ConfigureAwait(false);
            Interlocked.Add(ref _waiting, -events);
            batch.Clear();
        }
    }

    private async Task CommitAsync(List<Submission> batch)
    {
        var began = _clock.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            try
            {
                if (await _commit.TryAsync(batch, _stopping.Token).ConfigureAwait(false))
                {
                    foreach (var submission in batch) submission.Complete();
                    return;
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                _log.CommitFailed(_shard, failure.Message, failure);
                if (_clock.GetElapsedTime(began) > GiveUpAfter)
                {
                    Fail(batch, new StoreUnavailableException("The store did not take the events in time; send them again.", failure));
                    return;
                }
            }
            catch (OperationCanceledException stopped)
            {
                Fail(batch, new StoreUnavailableException("The service is stopping; send the events again.", stopped));
                return;
            }

            // Two processes that lost to each other at the same instant must not meet again at the next.
            var share = 0.5 + ((uint)Environment.CurrentManagedThreadId * 2654435761u % 1000 / 2000.0);
            await Task.Delay(pause * share, _clock).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static void Fail(List<Submission> batch, Exception reason)
    {
        foreach (var submission in batch) submission.Fail(reason);
    }
}
