namespace Experiments.Api.Promotion;

/// <summary>What the decider says in the log; event ids 3000 to 3099.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "Variant {Variant} of experiment {Experiment} was promoted")]
    public static partial void Promoted(this ILogger logger, string experiment, string variant);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Error,
        Message = "Experiment {Experiment} could not be looked at ({Reason}); the next round tries again")]
    public static partial void LookFailed(this ILogger logger, string experiment, string reason, Exception failure);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning,
        Message = "Variant {Variant} of experiment {Experiment} does harm and is no longer given to users")]
    public static partial void SafetyStopped(this ILogger logger, string experiment, string variant);
}
