namespace Experiments.Sdk;

/// <summary>Where the snapshot in force came from.</summary>
public enum SnapshotOrigin
{
    /// <summary>There is none: the app runs on its own defaults.</summary>
    None,

    /// <summary>From the file that an earlier start left; the service has not answered yet.</summary>
    Disk,

    /// <summary>From the service or its Redis.</summary>
    Live,
}
