namespace Experiments.Api.Shared;

/// <summary>Event ids 1000-1099.</summary>
internal static partial class Log
{
    // The endpoint's pattern, not the path: a path can carry a user id.
    [LoggerMessage(EventId = 1000, Level = LogLevel.Error, Message = "{Method} {Endpoint} failed")]
    public static partial void Unhandled(this ILogger logger, Exception exception, string method, string endpoint);

    [LoggerMessage(EventId = 1001, Level = LogLevel.Warning, Message = "The store is unavailable; a request was answered 503")]
    public static partial void Unavailable(this ILogger logger, Exception exception);
}
