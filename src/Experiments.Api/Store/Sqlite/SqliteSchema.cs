using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Experiments.Api.Store.Sqlite;

/// <summary>The tables of the data file, and how a connection to it is set.</summary>
internal static class SqliteSchema
{
    /// <summary>Version of the tables; a file of a newer one is refused, an older one is to be migrated here.</summary>
    public const int Version = 1;

    /// <summary>"Expe" in ASCII, in the file's header: tells our files from other SQLite files.</summary>
    private const int ApplicationId = 0x45787065;

    // Pages of 4 KiB that may wait in the write-ahead log before they are folded into the data file: 32 MiB. A commit touches one page
    // per record, so that the default of 1,000 pages would fold at every fourth commit.
    private const int CheckpointPages = 8192;

    private const string Tables = """
        CREATE TABLE shards (
          id        INTEGER PRIMARY KEY,
          name      BLOB    NOT NULL UNIQUE,
          version   INTEGER NOT NULL,
          commit_id BLOB    NOT NULL,
          log_first INTEGER NOT NULL,
          log_next  INTEGER NOT NULL
        );
        CREATE TABLE entries (
          shard INTEGER NOT NULL,
          key   BLOB    NOT NULL,
          value BLOB    NOT NULL,
          PRIMARY KEY (shard, key)
        ) WITHOUT ROWID;
        CREATE TABLE log (
          shard    INTEGER NOT NULL,
          position INTEGER NOT NULL,
          entry    BLOB    NOT NULL,
          PRIMARY KEY (shard, position)
        ) WITHOUT ROWID;
        CREATE TABLE pings (count INTEGER NOT NULL);
        INSERT INTO pings VALUES (0);
        """;

    /// <summary>Opens the connection that writes: creates the tables of a new file, refuses a file that is not ours or is newer.</summary>
    public static SqliteConnection OpenWriter(string file, long? maxPages)
    {
        var connection = Open(file, cacheKib: 16 * 1024);
        try
        {
            // FULL syncs the log at each commit: what was acknowledged survives a loss of power, not only of the process.
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"""
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA wal_autocheckpoint = {CheckpointPages};
                PRAGMA journal_size_limit = {CheckpointPages * 4096L * 2};
                """));
            Check(connection, file);
            if (maxPages is { } pages)
            {
                Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}"));
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static SqliteConnection OpenReader(string file)
    {
        var connection = Open(file, cacheKib: 4 * 1024);
        Execute(connection, "PRAGMA query_only = 1");
        return connection;
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants and integers of this assembly only.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static SqliteConnection Open(string file, int cacheKib)
    {
        // Without the pool of Microsoft.Data.Sqlite: it would keep the file open after the store is disposed.
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        Execute(connection, string.Create(
            CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = 5000; PRAGMA cache_size = -{cacheKib}; PRAGMA temp_store = MEMORY"));
        return connection;
    }

    private static void Check(SqliteConnection connection, string file)
    {
        var (application, version) = (Number(connection, "PRAGMA application_id"), Number(connection, "PRAGMA user_version"));
        if (application == 0 && version == 0 && Number(connection, "SELECT count(*) FROM sqlite_schema") == 0)
        {
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"""
                BEGIN IMMEDIATE;
                {Tables}
                PRAGMA application_id = {ApplicationId};
                PRAGMA user_version = {Version};
                COMMIT;
                """));
        }
        else if (application != ApplicationId)
        {
            throw new StoreRefusedException(
                $"'{file}' is a database of another program. Name another folder in Experiments:Data.");
        }
        else if (version != Version)
        {
            throw new StoreRefusedException(string.Create(CultureInfo.InvariantCulture,
                $"'{file}' was written by a newer version of Experiments (schema {version}; this one knows {Version}). Install that version, or name another folder in Experiments:Data."));
        }
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class only.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
