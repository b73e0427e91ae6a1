namespace Experiments.Sdk.Snapshots;

/// <summary>A source has no snapshot now; the message says why, without secrets.</summary>
internal sealed class SnapshotUnavailableException(string message) : Exception(message)
{
    /// <summary>How long the source asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
