namespace Experiments.Api.Webhooks;

/// <summary>Event ids 3200-3299. Addresses are not named: some hold a token.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 3200, Level = LogLevel.Error, Message = "Webhooks could not be served; the next round tries again")]
    public static partial void RoundFailed(this ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3201, Level = LogLevel.Warning,
        Message = "A message '{Type}' to the webhook {Webhook} was given up after {Attempts} attempts ({Outcome})")]
    public static partial void GivenUp(this ILogger logger, string type, string webhook, int attempts, string outcome);
}
