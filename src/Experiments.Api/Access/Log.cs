namespace Experiments.Api.Access;

/// <summary>Event ids 1100-1199.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1100, Level = LogLevel.Warning, Message = "The last uses of keys could not be written; they are written later")]
    public static partial void UsesNotWritten(this ILogger logger, Exception exception);
}
