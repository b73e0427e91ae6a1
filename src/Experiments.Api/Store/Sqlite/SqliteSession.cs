using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Experiments.Api.Store.Sqlite;

/// <summary>One connection with its prepared statements: what the store does in terms of tables. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly List<SqliteStatement> _all = [];
    private readonly SqliteStatement _begin, _beginWrite, _commit, _rollback, _selectShard, _insertShard, _updateShard, _trimShard;
    private readonly SqliteStatement _select, _put, _putIfAbsent, _remove, _append, _selectLog, _trimLog, _ping;

    public SqliteSession(SqliteConnection connection)
    {
        _connection = connection;
        _begin = Prepare("BEGIN");
        _beginWrite = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
        _selectShard = Prepare("SELECT id, version, commit_id, log_first, log_next FROM shards WHERE name = ?1");
        _insertShard = Prepare(
            "INSERT INTO shards (name, version, commit_id, log_first, log_next) VALUES (?1, 0, zeroblob(16), 0, 0) RETURNING id");
        _updateShard = Prepare("UPDATE shards SET version = ?2, commit_id = ?3, log_next = ?4 WHERE id = ?1");
        _trimShard = Prepare("UPDATE shards SET log_first = ?2 WHERE id = ?1");
        _select = Prepare("SELECT value FROM entries WHERE shard = ?1 AND key = ?2");
        _put = Prepare(
            "INSERT INTO entries (shard, key, value) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET value = excluded.value");
        _putIfAbsent = Prepare("INSERT INTO entries (shard, key, value) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");
        _remove = Prepare("DELETE FROM entries WHERE shard = ?1 AND key = ?2");
        _append = Prepare("INSERT INTO log (shard, position, entry) VALUES (?1, ?2, ?3)");
        _selectLog = Prepare("SELECT entry FROM log WHERE shard = ?1 AND position >= ?2 ORDER BY position LIMIT ?3");
        _trimLog = Prepare("DELETE FROM log WHERE shard = ?1 AND position < ?2");
        _ping = Prepare("UPDATE pings SET count = count + 1");
    }

    public void Begin() => _begin.Run();

    public void BeginWrite() => _beginWrite.Run();

    public void Commit() => _commit.Run();

    /// <summary>Rolls back, unless SQLite has done so by itself (a full disk, for one, makes it).</summary>
    public void Rollback()
    {
        if (raw.sqlite3_get_autocommit(_connection.Handle) == 0)
        {
            _rollback.Run();
        }
    }

    public ShardRead Read(string shard, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var values = new ReadOnlyMemory<byte>?[keys.Count];
        if (FindShard(shard) is not { } row)
        {
            return new ShardRead(ShardVersion.None, values);
        }

        for (var i = 0; i < values.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            values[i] = Value(row.Id, keys[i]);
        }

        return new ShardRead(row.Version, values);
    }

    public ShardVersion? Write(string shard, ShardVersion expected, StoreCommit commit)
    {
        var row = FindShard(shard);
        if ((row?.Version ?? ShardVersion.None) != expected)
        {
            return null;
        }

        var (id, _, _, next) = row ?? AddShard(shard);
        foreach (var (key, value) in commit.Writes)
        {
            if (value is { } bytes)
            {
                _put.Bind(1, id).Bind(2, key).Bind(3, bytes.Span).Run();
            }
            else
            {
                _remove.Bind(1, id).Bind(2, key).Run();
            }
        }

        if (commit.Append is { } entry)
        {
            _append.Bind(1, id).Bind(2, next++).Bind(3, entry.Span).Run();
        }

        var version = new ShardVersion(expected.Number + 1, Guid.NewGuid());
        Span<byte> commitId = stackalloc byte[16];
        _ = version.Commit.TryWriteBytes(commitId);
        _updateShard.Bind(1, id).Bind(2, version.Number).Bind(3, commitId).Bind(4, next).Run();
        return version;
    }

    public LogPage ReadLog(string shard, long from, int count, CancellationToken cancellationToken)
    {
        if (FindShard(shard) is not { } row)
        {
            return new LogPage(from, []);
        }

        var first = Math.Max(from, row.LogFirst);
        var entries = new List<ReadOnlyMemory<byte>>();
        _selectLog.Bind(1, row.Id).Bind(2, first).Bind(3, count);
        try
        {
            while (_selectLog.Step())
            {
                cancellationToken.ThrowIfCancellationRequested();
                entries.Add(_selectLog.Blob(0).ToArray());
            }
        }
        finally
        {
            _selectLog.Reset();
        }

        return new LogPage(first, entries);
    }

    public void TrimLog(string shard, long before)
    {
        if (FindShard(shard) is not { } row || before <= row.LogFirst)
        {
            return;
        }

        var first = Math.Min(before, row.LogNext);
        _trimLog.Bind(1, row.Id).Bind(2, first).Run();
        _trimShard.Bind(1, row.Id).Bind(2, first).Run();
    }

    public ReadOnlyMemory<byte> PutIfAbsent(string shard, string key, ReadOnlyMemory<byte> value)
    {
        var (id, _, _, _) = FindShard(shard) ?? AddShard(shard);
        _putIfAbsent.Bind(1, id).Bind(2, key).Bind(3, value.Span).Run();
        return Value(id, key) ?? throw new InvalidOperationException("A key was absent just after it was written.");
    }

    /// <summary>Removes a key outside of the shard's version.</summary>
    public void Remove(string shard, string key)
    {
        if (FindShard(shard) is { } row) _remove.Bind(1, row.Id).Bind(2, key).Run();
    }

    /// <summary>The store's own id, made at its creation: nothing that it acknowledged is lost as long as it is the same store.</summary>
    public ReadOnlyMemory<byte> Identify(byte[] id)
    {
        BeginWrite();
        var kept = PutIfAbsent("store", "id", id);
        Commit();
        return kept;
    }

    public void Ping() => _ping.Run();

    public void Dispose()
    {
        foreach (var statement in _all)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(_connection, sql);
        _all.Add(statement);
        return statement;
    }

    private ShardRow? FindShard(string shard)
    {
        _selectShard.Bind(1, shard);
        ShardRow? row = _selectShard.Step()
            ? new ShardRow(
                _selectShard.Int64(0),
                new ShardVersion(_selectShard.Int64(1), new Guid(_selectShard.Blob(2))),
                _selectShard.Int64(3),
                _selectShard.Int64(4))
            : null;
        _selectShard.Reset();
        return row;
    }

    private ShardRow AddShard(string shard)
    {
        _insertShard.Bind(1, shard).Step();
        var id = _insertShard.Int64(0);
        _insertShard.Reset();
        return new ShardRow(id, ShardVersion.None, 0, 0);
    }

    private ReadOnlyMemory<byte>? Value(long shard, string key)
    {
        _select.Bind(1, shard).Bind(2, key);
        var value = _select.Step() ? _select.Blob(0).ToArray() : (ReadOnlyMemory<byte>?)null; // a null array would turn into empty bytes
        _select.Reset();
        return value;
    }

    private readonly record struct ShardRow(long Id, ShardVersion Version, long LogFirst, long LogNext);
}
