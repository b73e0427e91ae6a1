namespace Experiments.Api.Archive;

/// <summary>What the archive says in the log; event ids 2200 to 2299. Never a user.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 2200, Level = LogLevel.Debug, Message = "{Events} events archived in {Files} files")]
    public static partial void Archived(this ILogger logger, long events, int files);

    [LoggerMessage(EventId = 2201, Level = LogLevel.Error,
        Message = "The archive could not be written; events wait in the store, and the next pass tries again")]
    public static partial void ArchiveFailed(this ILogger logger, Exception failure);

    [LoggerMessage(EventId = 2202, Level = LogLevel.Error,
        Message = "Entry {Position} of the inbox of shard {Shard} is damaged: its bytes are in the archive's folder dead-letters, its events count and are not archived")]
    public static partial void EntryDamaged(this ILogger logger, Exception damage, string shard, long position);

    [LoggerMessage(EventId = 2203, Level = LogLevel.Information, Message = "{Files} files of the archive from before {Day} are past their retention and were removed")]
    public static partial void Forgotten(this ILogger logger, int files, DateOnly day);

    [LoggerMessage(EventId = 2204, Level = LogLevel.Information, Message = "The archive is written again")]
    public static partial void ArchiveWorksAgain(this ILogger logger);

    [LoggerMessage(EventId = 2205, Level = LogLevel.Critical, Message = "The store is not whole: {Problem}")]
    public static partial void StoreIncomplete(this ILogger logger, string problem);

    [LoggerMessage(EventId = 2206, Level = LogLevel.Debug, Message = "How much waits for the archive is unknown while the store is away")]
    public static partial void BacklogUnknown(this ILogger logger, Exception failure);
}
