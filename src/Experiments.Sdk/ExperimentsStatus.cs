namespace Experiments.Sdk;

/// <summary>How the client is doing at one moment. Enqueued = delivered + waiting + dropped, always.</summary>
public sealed record ExperimentsStatus
{
    /// <summary>Where the snapshot in force came from.</summary>
    public SnapshotOrigin SnapshotOrigin { get; init; }

    /// <summary>Its version; 0 while there is none.</summary>
    public long SnapshotVersion { get; init; }

    /// <summary>Time since the service last said that it is the newest; null while it has not.</summary>
    public TimeSpan? SnapshotAge { get; init; }

    /// <summary>Events ever handed over in this process, and those that it found on disk.</summary>
    public long EventsEnqueued { get; init; }

    /// <summary>Events that the service has.</summary>
    public long EventsDelivered { get; init; }

    /// <summary>Events in memory, on disk or on their way.</summary>
    public long EventsWaiting { get; init; }

    /// <summary>Events given up: shed for want of room, refused by the service, wrong, or lost at the stop.</summary>
    public long EventsDropped { get; init; }
}
