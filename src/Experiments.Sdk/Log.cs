using Microsoft.Extensions.Logging;

namespace Experiments.Sdk;

/// <summary>Messages of the SDK, events 1001 to 1099. Never a user in them.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1001, Level = LogLevel.Warning,
        Message = "No snapshot from {Source} ({Problem}); serving version {Version} and trying again (-1: the app's own defaults)")]
    public static partial void SnapshotUnavailable(this ILogger logger, string source, string problem, long version);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Information, Message = "Snapshot version {Version} is served: {Parameters} parameters")]
    public static partial void SnapshotServed(this ILogger logger, long version, int parameters);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Warning, Message = "Left out of snapshot version {Version}: {Problem}")]
    public static partial void SnapshotEntrySkipped(this ILogger logger, long version, string problem);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Information, Message = "Snapshots arrive from {Source} again")]
    public static partial void SnapshotAvailable(this ILogger logger, string source);

    [LoggerMessage(EventId = 1005, Level = LogLevel.Information,
        Message = "Snapshot version {Version} from disk is served until the service answers: {Parameters} parameters")]
    public static partial void SnapshotFromDisk(this ILogger logger, long version, int parameters);

    [LoggerMessage(EventId = 1006, Level = LogLevel.Warning,
        Message = "The folder of the SDK cannot be used ({Problem}); it goes on in memory: a restart loses the last snapshot and undelivered events")]
    public static partial void FolderUnusable(this ILogger logger, string problem);

    [LoggerMessage(EventId = 1007, Level = LogLevel.Warning, Message = "File {File} is set aside: {Problem}")]
    public static partial void FileSetAside(this ILogger logger, string file, string problem);

    [LoggerMessage(EventId = 1010, Level = LogLevel.Warning, Message = "Events cannot be delivered ({Problem}); they wait and are sent again")]
    public static partial void DeliveryFailed(this ILogger logger, string problem);

    [LoggerMessage(EventId = 1011, Level = LogLevel.Information, Message = "Events are delivered again")]
    public static partial void DeliveryRestored(this ILogger logger);

    [LoggerMessage(EventId = 1012, Level = LogLevel.Error,
        Message = "The service refused events with code {Code} ({Detail}); they are dropped and counted, further ones without a message")]
    public static partial void EventsRefused(this ILogger logger, string code, string detail);

    [LoggerMessage(EventId = 1013, Level = LogLevel.Warning,
        Message = "The outbox fills up: from now on events of a growing share of users are dropped and counted, whatever their variant")]
    public static partial void OutboxSheds(this ILogger logger);

    [LoggerMessage(EventId = 1014, Level = LogLevel.Error, Message = "{Count} events were not delivered before the stop and are lost")]
    public static partial void EventsLostAtStop(this ILogger logger, long count);

    [LoggerMessage(EventId = 1015, Level = LogLevel.Information, Message = "{Count} events of an earlier process were found on disk and are delivered")]
    public static partial void EventsRecovered(this ILogger logger, int count);

    [LoggerMessage(EventId = 1016, Level = LogLevel.Information, Message = "{Count} events wait on disk and are delivered after the next start")]
    public static partial void EventsWaitOnDisk(this ILogger logger, long count);

    [LoggerMessage(EventId = 1017, Level = LogLevel.Warning,
        Message = "The service's store is another one than before: what it acknowledged in the last {Seconds} s is sent again")]
    public static partial void EventsResent(this ILogger logger, double seconds);

    [LoggerMessage(EventId = 1020, Level = LogLevel.Warning,
        Message = "Parameter {Parameter} has a value that is no {Type}: the app's default is served, and nobody is exposed")]
    public static partial void TypeMismatch(this ILogger logger, string parameter, string type);

    [LoggerMessage(EventId = 1021, Level = LogLevel.Error,
        Message = "The app's IExperimentContextAccessor throws {Problem}: calls go on without a context, further failures without a message")]
    public static partial void ContextAccessorFailed(this ILogger logger, string problem);

    [LoggerMessage(EventId = 1030, Level = LogLevel.Warning,
        Message = "First arms of bandits' users cannot be looked up ({Problem}): until they can, the table decides and the answers say so")]
    public static partial void ArmsUnavailable(this ILogger logger, string problem);

    [LoggerMessage(EventId = 1031, Level = LogLevel.Information, Message = "First arms of bandits' users are looked up again")]
    public static partial void ArmsAvailable(this ILogger logger);
}
