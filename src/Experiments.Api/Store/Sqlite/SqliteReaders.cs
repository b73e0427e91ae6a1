using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Experiments.Api.Store.Sqlite;

/// <summary>A few connections that read while the writer writes; each read sees one moment of the database.</summary>
/// <remarks>A read runs on the caller's thread, which would only wait for another thread otherwise: pages are mostly in memory.</remarks>
internal sealed class SqliteReaders(string file, string folder) : IDisposable
{
    private const int Most = 4;
    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private readonly SemaphoreSlim _gate = new(Most);
    private volatile bool _disposed;

    public async Task<T> RunAsync<T>(Func<SqliteSession, T> body, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteStore));
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteStore));
            return Run(body);
        }
        catch (SqliteException exception) when (SqliteErrors.Unavailable(exception, folder) is { } unavailable)
        {
            throw unavailable;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        for (var i = 0; i < Most; i++)
        {
            _gate.Wait(); // reads under way end first; the gate stays, for those who still wait at it to be told
        }

        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }

        _gate.Release(Most);
    }

    private T Run<T>(Func<SqliteSession, T> body)
    {
        var session = _idle.TryTake(out var idle) ? idle : new SqliteSession(SqliteSchema.OpenReader(file));
        var healthy = false;
        try
        {
            session.Begin();
            var result = body(session);
            healthy = true;
            return result;
        }
        catch (OperationCanceledException)
        {
            healthy = true;
            throw;
        }
        finally
        {
            Return(session, healthy);
        }
    }

    /// <summary>Ends the read; a session that failed is closed rather than kept in a state nobody knows.</summary>
    private void Return(SqliteSession session, bool healthy)
    {
        if (healthy)
        {
            session.Rollback();
            _idle.Add(session);
        }
        else
        {
            session.Dispose();
        }
    }
}
