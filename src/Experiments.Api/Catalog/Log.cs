namespace Experiments.Api.Catalog;

/// <summary>Event ids 1100-1199.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1100, Level = LogLevel.Warning,
        Message = "Commit {Entry} of the catalogue failed with its outcome unknown; the log will tell")]
    public static partial void UnknownOutcome(this ILogger logger, Exception exception, long entry);

    [LoggerMessage(EventId = 1101, Level = LogLevel.Error,
        Message = "The audit chain of the catalogue is broken before entry {Entry}: the log was changed by other means")]
    public static partial void BrokenChain(this ILogger logger, long entry);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Critical, Message = "The catalogue cannot be read: the service is not ready")]
    public static partial void CatalogDamaged(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Warning, Message = "The catalogue could not be refreshed; the last known state serves")]
    public static partial void RefreshFailed(this ILogger logger, Exception exception);
}
