using Microsoft.Data.Sqlite;

namespace Experiments.Api.Store.Sqlite;

/// <summary>The embedded store: SQLite in a folder of one process. What was acknowledged survives kill -9 and a loss of power.</summary>
internal sealed class SqliteStore : IStore
{
    private readonly DataFolder _folder;
    private readonly SqliteConnection _connection;
    private readonly SqliteSession _session;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly StoreNotices _notices;
    private readonly ILogger _logger;
    private long _commits;
    private int _disposed;

    private SqliteStore(DataFolder folder, SqliteConnection connection, ILogger logger)
    {
        (_folder, _connection, _logger) = (folder, connection, logger);
        _notices = new StoreNotices(logger);
        _session = new SqliteSession(connection);
        var id = new Guid(_session.Identify(Guid.NewGuid().ToByteArray()).Span).ToString("N");
        _writer = new SqliteWriter(_session, folder.Path, logger);
        _readers = new SqliteReaders(folder.DataFile, folder.Path);
        Status = new StoreStatus(id, StoreDurability.Fsync);
    }

    public StoreStatus Status { get; }

    public long? Commits => Volatile.Read(ref _commits);

    /// <summary>Opens the store of a folder, creating it if need be.</summary>
    /// <param name="folder">Relative to the current directory, or absolute.</param>
    /// <param name="logger">Where the store says what it does.</param>
    /// <param name="maxPages">Bound of the data file in pages of 4 KiB: how tests meet a full disk.</param>
    public static SqliteStore Open(string folder, ILogger logger, long? maxPages = null)
    {
        var taken = DataFolder.Take(folder);
        try
        {
            var store = new SqliteStore(taken, SqliteSchema.OpenWriter(taken.DataFile, maxPages), logger);
            logger.SqliteOpened(taken.Path, store._connection.ServerVersion);
            return store;
        }
        catch (SqliteException exception)
        {
            taken.Dispose();
            throw SqliteErrors.Unavailable(exception, taken.Path) ?? (Exception)exception;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    public Task<ShardRead> ReadAsync(string shard, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        _readers.RunAsync(session => session.Read(shard, keys, cancellationToken), cancellationToken);

    public async Task<ShardVersion?> CommitAsync(
        string shard, ShardVersion expected, StoreCommit commit, CancellationToken cancellationToken)
    {
        ShardVersion? version;
        try
        {
            version = await _writer.RunAsync(session => session.Write(shard, expected, commit), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Before anybody hears of it, and after an exception too: it may have been written.
            Interlocked.Increment(ref _commits);
        }

        if (version is not null && commit.Notify)
        {
            _notices.Publish(shard);
        }

        return version;
    }

    public Task<LogPage> ReadLogAsync(string shard, long from, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return _readers.RunAsync(session => session.ReadLog(shard, from, count, cancellationToken), cancellationToken);
    }

    public Task TrimLogAsync(string shard, long before, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            session =>
            {
                session.TrimLog(shard, before);
                return true;
            },
            cancellationToken);

    public Task<ReadOnlyMemory<byte>> SetIfAbsentAsync(
        string shard, string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        _writer.RunAsync(session => session.PutIfAbsent(shard, key, value), cancellationToken);

    public Task RemoveFieldAsync(string shard, string hash, string field, CancellationToken cancellationToken) =>
        _writer.RunAsync(
            session =>
            {
                session.Remove(shard, IStore.FieldKey(hash, field));
                return true;
            },
            cancellationToken);

    public IDisposable Subscribe(Action<string> changed) => _notices.Subscribe(changed);

    public Task PingAsync(CancellationToken cancellationToken) =>
        _writer.RunAsync(
            static session =>
            {
                session.Ping();
                return true;
            },
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _writer.DisposeAsync().ConfigureAwait(false);
        _readers.Dispose();
        try
        {
            SqliteSchema.Execute(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException exception)
        {
            _logger.CheckpointFailed(exception);
        }

        _session.Dispose();
        _folder.Dispose();
    }
}
