namespace Experiments.Api.Promotion;

/// <summary>What the decider says in the log; event ids 3000 to 3099.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "Variant {Variant} of experiment {Experiment} was promoted")]
    public static partial void Promoted(this ILogger logger, string experiment, string variant);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Information,
        Message = "Variant {Variant} of experiment {Experiment} has won and waits for approval")]
    public static partial void Proposed(this ILogger logger, string experiment, string variant);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Debug, Message = "{Bandits} bandits have new weights")]
    public static partial void Reweighted(this ILogger logger, int bandits);

    [LoggerMessage(EventId = 3008, Level = LogLevel.Error, Message = "New weights of {Bandits} bandits could not be written ({Reason}); the next look tries again")]
    public static partial void ReweightFailed(this ILogger logger, int bandits, string reason, Exception failure);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Information, Message = "Best practice {BestPractice}: {Action} ({Reason})")]
    public static partial void PracticeChanged(this ILogger logger, string bestPractice, string action, string reason);

    [LoggerMessage(EventId = 3007, Level = LogLevel.Error,
        Message = "Best practice {BestPractice} could not be looked at ({Reason}); the next round tries again")]
    public static partial void PracticeLookFailed(this ILogger logger, string bestPractice, string reason, Exception failure);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Error,
        Message = "Experiment {Experiment} could not be looked at ({Reason}); the next round tries again")]
    public static partial void LookFailed(this ILogger logger, string experiment, string reason, Exception failure);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning,
        Message = "Variant {Variant} of experiment {Experiment} does harm and is no longer given to users")]
    public static partial void SafetyStopped(this ILogger logger, string experiment, string variant);
}
