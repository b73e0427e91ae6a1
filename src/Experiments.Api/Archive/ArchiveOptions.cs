using System.ComponentModel.DataAnnotations;

namespace Experiments.Api.Archive;

/// <summary>Where and how the archive is kept; section <c>Experiments:Archive</c>.</summary>
internal sealed class ArchiveOptions
{
    public const string Section = "Experiments:Archive";

    /// <summary>Folder of the archive; null: <c>archive</c> in the data folder. Processes that keep it together need the same folder.</summary>
    public string? Folder { get; set; }

    /// <summary>Whether this process keeps the archive. Of several processes one does so at a time; at least one must be allowed to.</summary>
    public bool Here { get; set; } = true;

    /// <summary>Seconds between two passes; sooner when half of the events that may wait are waiting. Default 300.</summary>
    [Range(0.05, 86_400)]
    public double IntervalSeconds { get; set; } = 300;

    /// <summary>Days that events are kept after they were received; null: for ever. What they added to the results stays.</summary>
    [Range(1, 36_500)]
    public int? RetentionDays { get; set; }

    /// <summary>Events of a shard that may wait for the archive before senders are told to come back. Default 5,000,000.</summary>
    [Range(1_000, 1_000_000_000)]
    public long MaximumWaitingEventsPerShard { get; set; } = 5_000_000;
}
