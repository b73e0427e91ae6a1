namespace Experiments.Sdk.Snapshots;

/// <summary>Where snapshots come from.</summary>
internal interface ISnapshotSource
{
    /// <summary>Name for the log.</summary>
    string Name { get; }

    /// <summary>Offers the newest snapshot to the holder, or confirms that the one in force is it.</summary>
    /// <exception cref="SnapshotUnavailableException">It cannot be had now.</exception>
    Task FetchAsync(SnapshotHolder holder, CancellationToken cancellationToken);
}
