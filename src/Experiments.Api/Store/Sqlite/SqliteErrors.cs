using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Experiments.Api.Store.Sqlite;

/// <summary>What SQLite's error codes mean to whoever runs the service.</summary>
internal static class SqliteErrors
{
    /// <summary>The error as the border names it, or null when it is a defect of ours that must show as it is.</summary>
    public static StoreUnavailableException? Unavailable(SqliteException exception, string folder)
    {
        var message = exception.SqliteErrorCode switch
        {
            raw.SQLITE_FULL => $"The disk of the data folder '{folder}' is full. Free some space: the store then goes on by itself.",
            raw.SQLITE_IOERR => $"The disk of the data folder '{folder}' failed or is full. Look at the system's log and at the free space.",
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN =>
                $"The data folder '{folder}' can no longer be written. Check its rights and that its disk is mounted.",
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
                $"Another program holds the database of the data folder '{folder}'. Close it (a backup, a database browser).",
            raw.SQLITE_NOMEM => "There is not enough memory for the store.",
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
                $"The database of the data folder '{folder}' is damaged. Stop the service and restore the folder from a backup.",
            _ => null,
        };
        return message is null ? null : new StoreUnavailableException(message, exception);
    }
}
