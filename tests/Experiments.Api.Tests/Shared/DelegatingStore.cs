using Experiments.Api.Store;

namespace Experiments.Api.Tests.Common;

/// <summary>A store in front of another: tests override what should go wrong.</summary>
internal abstract class DelegatingStore(IStore inner) : IStore
{
    public StoreStatus Status => inner.Status;

    public virtual Task<ShardRead> ReadAsync(string shard, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        inner.ReadAsync(shard, keys, cancellationToken);

    public virtual Task<ShardVersion?> CommitAsync(
        string shard, ShardVersion expected, StoreCommit commit, CancellationToken cancellationToken) =>
        inner.CommitAsync(shard, expected, commit, cancellationToken);

    public virtual Task ConfirmAsync(string shard, CancellationToken cancellationToken) => inner.ConfirmAsync(shard, cancellationToken);

    public virtual Task<LogPage> ReadLogAsync(string shard, long from, int count, CancellationToken cancellationToken) =>
        inner.ReadLogAsync(shard, from, count, cancellationToken);

    public virtual Task TrimLogAsync(string shard, long before, CancellationToken cancellationToken) =>
        inner.TrimLogAsync(shard, before, cancellationToken);

    public virtual Task<ReadOnlyMemory<byte>> SetIfAbsentAsync(
        string shard, string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        inner.SetIfAbsentAsync(shard, key, value, cancellationToken);

    public virtual Task<ReadOnlyMemory<byte>> SetFieldIfAbsentAsync(
        string shard, string hash, string field, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        inner.SetFieldIfAbsentAsync(shard, hash, field, value, cancellationToken);

    public virtual Task RemoveFieldAsync(string shard, string hash, string field, CancellationToken cancellationToken) =>
        inner.RemoveFieldAsync(shard, hash, field, cancellationToken);

    public IDisposable Subscribe(Action<string> changed) => inner.Subscribe(changed);

    public virtual Task PingAsync(CancellationToken cancellationToken) => inner.PingAsync(cancellationToken);

    // The owner of the inner store disposes of it.
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
