using StackExchange.Redis;

namespace Experiments.Api.Store;

/// <summary>Log messages of the store: event ids 2000 to 2099. Never a key or a value: they hold what users did.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = "A listener of changes failed for shard {Shard}")]
    public static partial void ListenerFailed(this ILogger logger, Exception exception, string shard);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Information, Message = "Store opened in folder {Folder} (SQLite {Version})")]
    public static partial void SqliteOpened(this ILogger logger, string folder, string version);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Error, Message = "The store could not write")]
    public static partial void WriteFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Warning, Message = "The store could not be rolled back")]
    public static partial void RollbackFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2005, Level = LogLevel.Warning,
        Message = "The store's log was not folded into the data file at shutdown; the next start does it")]
    public static partial void CheckpointFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2006, Level = LogLevel.Warning, Message = "Waiting for the store")]
    public static partial void WaitingForStore(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 2007, Level = LogLevel.Information, Message = "The store writes again")]
    public static partial void WritesAgain(this ILogger logger);

    [LoggerMessage(EventId = 2008, Level = LogLevel.Warning, Message = "Redis at {EndPoint} may lose data, as Experiments:AllowVolatile permits: {Fault}")]
    public static partial void VolatileRedis(this ILogger logger, string? endPoint, string fault);

    [LoggerMessage(EventId = 2009, Level = LogLevel.Warning,
        Message = "Redis at {EndPoint} does not tell its setting {Setting}; make sure of 'appendonly yes' and 'maxmemory-policy noeviction'")]
    public static partial void RedisSettingUnknown(this ILogger logger, Exception exception, string? endPoint, string setting);

    [LoggerMessage(EventId = 2010, Level = LogLevel.Warning, Message = "The connection to Redis at {EndPoint} is lost ({Failure})")]
    public static partial void RedisLost(this ILogger logger, string? endPoint, ConnectionFailureType failure);

    [LoggerMessage(EventId = 2011, Level = LogLevel.Information, Message = "The connection to Redis at {EndPoint} is back")]
    public static partial void RedisBack(this ILogger logger, string? endPoint);

    [LoggerMessage(EventId = 2013, Level = LogLevel.Warning,
        Message = "Redis was restarted or has failed over: senders are told, and send again what it may have lost")]
    public static partial void EpochChanged(this ILogger logger);

    [LoggerMessage(EventId = 2012, Level = LogLevel.Warning,
        Message = "A crash of Redis at {EndPoint} may lose the last two seconds of accepted events; with 'appendfsync always' it loses none")]
    public static partial void LateRedis(this ILogger logger, string? endPoint);
}
