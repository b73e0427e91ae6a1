namespace Experiments.Api.Events.Ledger;

/// <summary>What the ledger says in the log; event ids 2100 to 2199. Never a user, never a value.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 2101, Level = LogLevel.Warning,
        Message = "Shard {Shard} did not take a commit of events ({Reason}); reading it again and trying again")]
    public static partial void CommitFailed(this ILogger logger, string shard, string reason, Exception failure);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Error,
        Message = "A user's record in shard {Shard} is damaged. His events are kept in the archive and count nowhere until the command 'rebuild' has made the record anew")]
    public static partial void RecordDamaged(this ILogger logger, string shard, Exception damage);
}
