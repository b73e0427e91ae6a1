namespace Experiments.Api.Store;

/// <summary>
/// The one border between the service and what keeps its bytes: shards of keys, each shard with one version and one log.
/// SQLite and Redis implement it; one conformance suite holds both.
/// </summary>
/// <remarks>
/// <para>A shard is a name such as <c>catalog</c>, <c>looks</c>, <c>s0</c>. All that a commit touches is in one shard, and a commit
/// is atomic and durable when the call returns. Versions move by one with each commit.</para>
/// <para>An exception from <see cref="CommitAsync"/> means that the outcome is unknown: read again, compute again, never send the
/// same computed values twice. <see cref="StoreUnavailableException"/> says that it may work later,
/// <see cref="StoreRefusedException"/> that a setting must change first.</para>
/// <para>Keys are text without unpaired surrogates, NUL and braces included; values are bytes of any length, none included.
/// Buffers handed over may be used again once the call has returned; after an exception they may still be on their way out.</para>
/// </remarks>
internal interface IStore : IAsyncDisposable
{
    /// <summary>Which store this is, and what its acknowledgement is worth; known once the store was first used.</summary>
    StoreStatus Status { get; }

    /// <summary>Counts the commits, where no other process can make any: while it stands still, nothing read is out of date. Null elsewhere.</summary>
    long? Commits => null;

    /// <summary>Reads the version of a shard and the values of some of its keys, both of one state.</summary>
    /// <remarks>An older version beside newer values would be enough, if a failover could not bring that older version back: a commit
    /// on top of it would then rest on values that are lost.</remarks>
    /// <returns>Values in the order of <paramref name="keys"/>; null where there is none.</returns>
    Task<ShardRead> ReadAsync(string shard, IReadOnlyList<string> keys, CancellationToken cancellationToken);

    /// <summary>Writes, and appends to the shard's log, if the shard is still at <paramref name="expected"/>.</summary>
    /// <returns>The new version, or null when the shard had moved and nothing was written.</returns>
    Task<ShardVersion?> CommitAsync(
        string shard, ShardVersion expected, StoreCommit commit, CancellationToken cancellationToken);

    /// <summary>Throws while the last commit of a shard may be less durable than promised: replicas that are waited for have not got it.</summary>
    /// <remarks>Asked before a repeat is acknowledged: of the commit that it repeats, nobody may have heard.</remarks>
    Task ConfirmAsync(string shard, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Entries of a shard's log from position <paramref name="from"/> (0 = the first ever appended), oldest first.</summary>
    /// <remarks>Positions count every entry ever appended; those trimmed are skipped, and <see cref="LogPage.First"/> tells it.</remarks>
    Task<LogPage> ReadLogAsync(string shard, long from, int count, CancellationToken cancellationToken);

    /// <summary>Forgets the entries of a shard's log before a position; those already gone are no error.</summary>
    Task TrimLogAsync(string shard, long before, CancellationToken cancellationToken);

    /// <summary>First writer wins: writes the value if the key is absent, and returns the value that is there now.</summary>
    /// <remarks>Outside of the shard's version: a key is used either through commits or through this call, never both.</remarks>
    Task<ReadOnlyMemory<byte>> SetIfAbsentAsync(
        string shard, string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken);

    /// <summary>As <see cref="SetIfAbsentAsync"/>, for one of very many values of a kind: a field of a hash, where the store has hashes.</summary>
    Task<ReadOnlyMemory<byte>> SetFieldIfAbsentAsync(
        string shard, string hash, string field, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        SetIfAbsentAsync(shard, FieldKey(hash, field), value, cancellationToken);

    /// <summary>Takes away what <see cref="SetFieldIfAbsentAsync"/> has written, so that the next writer is the first; what is not there is no error.</summary>
    Task RemoveFieldAsync(string shard, string hash, string field, CancellationToken cancellationToken);

    /// <summary>Key of a field where the store has no hashes.</summary>
    static string FieldKey(string hash, string field) => $"{hash}/{field}";

    /// <summary>Calls back with the shard's name after a commit with <see cref="StoreCommit.Notify"/>, by this process or another.</summary>
    /// <remarks>A notice may be lost or come twice: whoever listens also polls, slowly. The callback must return at once.</remarks>
    IDisposable Subscribe(Action<string> changed);

    /// <summary>Throws when the store cannot be reached or written now.</summary>
    Task PingAsync(CancellationToken cancellationToken);
}
