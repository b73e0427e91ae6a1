namespace Experiments.Api.Store;

/// <summary>Version of a shard: how many commits it has had, and which was the last.</summary>
/// <remarks>The number alone is not enough: a store that lost its tail can come back to the same number by other commits.</remarks>
internal readonly record struct ShardVersion(long Number, Guid Commit)
{
    /// <summary>A shard that was never written.</summary>
    public static readonly ShardVersion None;
}

/// <summary>Which store this is, and what its acknowledgement is worth.</summary>
/// <param name="Epoch">Changes whenever what was acknowledged may have been lost: senders then send again what they sent lately.</param>
/// <param name="Durability">One of <see cref="StoreDurability"/>.</param>
internal sealed record StoreStatus(string Epoch, string Durability);

/// <summary>What an acknowledged commit survives.</summary>
internal static class StoreDurability
{
    /// <summary>A loss of power.</summary>
    public const string Fsync = "fsync";

    /// <summary>The loss of a machine.</summary>
    public const string Replicated = "replicated";

    /// <summary>Neither: a crash may lose the last two seconds.</summary>
    public const string EverySecond = "everySecond";

    /// <summary>Nothing.</summary>
    public const string Memory = "memory";
}

/// <summary>One key written; a null value removes the key.</summary>
/// <remarks>Trap: a null <c>byte[]</c> converts to empty bytes, not to null; <see cref="Remove"/> is the sure way to remove.</remarks>
internal readonly record struct StoreWrite(string Key, ReadOnlyMemory<byte>? Value)
{
    /// <summary>The write that removes a key.</summary>
    public static StoreWrite Remove(string key) => new(key, null);
}

/// <summary>What one commit does to one shard.</summary>
/// <param name="Writes">Keys written or removed, each at most once.</param>
/// <param name="Append">One entry for the shard's log, or null.</param>
/// <param name="Notify">Whether other processes are told (catalogue changes are; event commits are not).</param>
internal sealed record StoreCommit(IReadOnlyList<StoreWrite> Writes, ReadOnlyMemory<byte>? Append = null, bool Notify = false);

/// <summary>What a read found: the shard's version, and a value (or null) for each key asked.</summary>
internal sealed record ShardRead(ShardVersion Version, IReadOnlyList<ReadOnlyMemory<byte>?> Values);

/// <summary>A stretch of a shard's log.</summary>
/// <param name="First">Position of the first entry returned.</param>
/// <param name="Entries">The entries, oldest first; empty at the end of the log.</param>
internal sealed record LogPage(long First, IReadOnlyList<ReadOnlyMemory<byte>> Entries)
{
    /// <summary>Position after the last entry returned: where the next read starts.</summary>
    public long Next => First + Entries.Count;
}
