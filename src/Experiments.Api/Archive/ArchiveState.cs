using Experiments.Api.Events.Ledger;

namespace Experiments.Api.Archive;

/// <summary>What the archive holds, who keeps it, and what is under way: one value in the store, changed by compare-and-set only.</summary>
internal sealed record ArchiveState
{
    public static readonly ArchiveState Empty = new();

    /// <summary>Rises with each keeper: part of the name of every file that he writes, so that one who was paused spoils nothing.</summary>
    public long Fence { get; init; }

    public Guid Keeper { get; init; }

    public DateTimeOffset LeaseUntil { get; init; }

    /// <summary>How far the log of each shard is in the archive.</summary>
    public IReadOnlyDictionary<string, ShardHead> Shards { get; init; } = new Dictionary<string, ShardHead>();

    /// <summary>The files that count. Others in the folder are left-overs of a crash, and are removed.</summary>
    public IReadOnlyList<ArchiveFile> Files { get; init; } = [];

    /// <summary>The next file's number.</summary>
    public long NextFile { get; init; }

    /// <summary>Events that were archived and have left again: erased, past their retention, or damaged before they got here.</summary>
    public long Gone { get; init; }

    /// <summary>Days have passed their retention: moments can no longer be recomputed from what is here.</summary>
    public bool IsPartial { get; init; }

    /// <summary>What is being written: after a crash the next keeper does it again, to the same end.</summary>
    public PendingBatch? Pending { get; init; }

    /// <summary>The command <c>rebuild</c> has begun and not finished: the store is not whole.</summary>
    public bool Rebuilding { get; init; }

    public ShardHead Of(string shard) => Shards.GetValueOrDefault(shard);
}

/// <summary>One Parquet file.</summary>
/// <param name="Path">Relative to the folder: <c>day=2026-11-24/0000000012-3.parquet</c>.</param>
/// <param name="Day">UTC day on which its events were received.</param>
internal sealed record ArchiveFile(string Path, DateOnly Day, long Rows, long Bytes);

/// <summary>A stretch of each shard's log on its way into files.</summary>
/// <param name="Until">For each shard that takes part, where its stretch ends.</param>
internal sealed record PendingBatch(IReadOnlyDictionary<string, long> Until);
