using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Experiments.Api.Store.Sqlite;

/// <summary>A statement prepared once, bound and stepped without allocating.</summary>
/// <remarks>A <see cref="SqliteCommand"/> makes a reader and boxes its parameters at each execution: with hundreds of keys in a
/// commit, that is the cost of the commit.</remarks>
internal sealed class SqliteStatement : IDisposable
{
    private const int StackBytes = 512;
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        var code = raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement);
        SqliteException.ThrowExceptionForRC(code, _database);
    }

    public SqliteStatement Bind(int index, long value) => Checked(raw.sqlite3_bind_int64(_statement, index, value));

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value) =>
        Checked(raw.sqlite3_bind_blob(_statement, index, value));

    /// <summary>Binds text as its UTF-8 bytes: a blob compares byte by byte and may hold any character, NUL too.</summary>
    public SqliteStatement Bind(int index, string text)
    {
        var most = StoreText.Utf8.GetMaxByteCount(text.Length);
        var bytes = most <= StackBytes ? stackalloc byte[StackBytes] : new byte[most];
        return Bind(index, bytes[..StoreText.Utf8.GetBytes(text, bytes)]);
    }

    /// <summary>Goes to the next row; false when there is none.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return code == raw.SQLITE_ROW;
        }

        try
        {
            SqliteException.ThrowExceptionForRC(code, _database);
        }
        finally
        {
            Reset(); // a statement left open would hold the transaction
        }

        return false;
    }

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>Runs a statement that returns no row.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>Makes the statement ready to run again; the code it returns repeats the error of the step, already thrown.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public void Dispose() => _statement.Dispose();

    private SqliteStatement Checked(int code)
    {
        SqliteException.ThrowExceptionForRC(code, _database);
        return this;
    }
}
