using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Experiments.Api.Store.Sqlite;

/// <summary>The one thread that writes. What waits while a transaction syncs is gathered into the next: one sync for many commits.</summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MostInOneTransaction = 128;
    private readonly SqliteSession _session;
    private readonly string _folder;
    private readonly ILogger _logger;
    private readonly BlockingCollection<Work> _queue = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposed;
    private bool _failing;

    public SqliteWriter(SqliteSession session, string folder, ILogger logger)
    {
        (_session, _folder, _logger) = (session, folder, logger);
        new Thread(Loop) { IsBackground = true, Name = "experiments-store" }.Start();
    }

    /// <summary>Does a piece of work in a transaction, and completes when it is on the disk.</summary>
    public Task<T> RunAsync<T>(Func<SqliteSession, T> body, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var work = new Work<T>(body, cancellationToken);
        try
        {
            _queue.Add(work, CancellationToken.None);
        }
        catch (InvalidOperationException) when (_queue.IsAddingCompleted)
        {
            throw new ObjectDisposedException(nameof(SqliteStore));
        }

        return work.Task.WaitAsync(cancellationToken); // cancelled meanwhile: the outcome is unknown, as the border says
    }

    /// <summary>Finishes what is queued, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _queue.CompleteAdding();
        }

        await _ended.Task.ConfigureAwait(false); // the queue itself is not disposed: a late caller gets a clear answer from it
    }

    private void Loop()
    {
        var group = new List<Work>(MostInOneTransaction);
        foreach (var first in _queue.GetConsumingEnumerable())
        {
            group.Add(first);
            while (group.Count < MostInOneTransaction && _queue.TryTake(out var next))
            {
                group.Add(next);
            }

            group.RemoveAll(static work => work.CancelledBeforeStart());
            if (group.Count > 0)
            {
                RunGroup(group);
            }

            group.Clear();
        }

        _ended.SetResult();
    }

    private void RunGroup(List<Work> group)
    {
        if (TryTransaction(group) is not { } failure)
        {
            Note(null);
            group.ForEach(static work => work.Complete());
        }
        else if (failure is StoreUnavailableException || group.Count == 1)
        {
            Note(failure);
            group.ForEach(work => work.Fail(failure));
        }
        else
        {
            // One piece of work is at fault and nothing of the group was written: each alone, so that only that one fails.
            group.ForEach(work => RunGroup([work]));
        }
    }

    /// <summary>Logs when writing begins to fail and when it works again, not each failure: the callers tell those.</summary>
    private void Note(Exception? failure)
    {
        if (failure is not null && !_failing)
        {
            _logger.WriteFailed(failure);
        }
        else if (failure is null && _failing)
        {
            _logger.WritesAgain();
        }

        _failing = failure is not null;
    }

    private Exception? TryTransaction(List<Work> group)
    {
        try
        {
            _session.BeginWrite();
            foreach (var work in group)
            {
                work.Run(_session);
            }

            _session.Commit();
            return null;
        }
#pragma warning disable CA1031 // Every failure goes to the callers of the group; the thread lives on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            try
            {
                _session.Rollback();
            }
            catch (SqliteException second)
            {
                _logger.RollbackFailed(second);
            }

            return (exception is SqliteException error ? SqliteErrors.Unavailable(error, _folder) : null) ?? exception;
        }
    }

    private abstract class Work
    {
        public abstract bool CancelledBeforeStart();

        public abstract void Run(SqliteSession session);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Work<T>(Func<SqliteSession, T> body, CancellationToken cancellationToken) : Work
    {
        private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Task => _source.Task;

        public override bool CancelledBeforeStart() =>
            cancellationToken.IsCancellationRequested && _source.TrySetCanceled(cancellationToken);

        public override void Run(SqliteSession session) => _result = body(session);

        public override void Complete() => _source.SetResult(_result!);

        public override void Fail(Exception exception)
        {
            _source.SetException(exception);
            _ = _source.Task.Exception; // seen here: a caller that was cancelled no longer looks
        }
    }
}
