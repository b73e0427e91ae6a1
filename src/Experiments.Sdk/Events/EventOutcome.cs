namespace Experiments.Sdk.Events;

/// <summary>What becomes of a batch.</summary>
internal enum EventOutcome
{
    /// <summary>The service has it, but for the events that it rejects one by one.</summary>
    Accepted,

    /// <summary>No answer, or one that asks to come back.</summary>
    Retry,

    /// <summary>More than the service takes at once: to be sent in halves.</summary>
    TooLarge,

    /// <summary>The service will never take it.</summary>
    Refused,
}
