using System.Text.Json;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Archive;

/// <summary>The archive's state in the store, and the lease of its one keeper.</summary>
internal sealed class ArchiveStateStore(IStore store, TimeProvider clock)
{
    public const string Shard = "archive";
    private const string Key = "state";
    private static readonly TimeSpan Lapses = TimeSpan.FromSeconds(60);

    public async Task<(ArchiveState State, ShardVersion Version)> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(Shard, [Key], cancellationToken).ConfigureAwait(false);
        return (read.Values[0] is { } bytes ? JsonSerializer.Deserialize<ArchiveState>(bytes.Span, ApiJson.Stored)! : ArchiveState.Empty, read.Version);
    }

    /// <summary>Takes the lease, unless another holds it.</summary>
    public async Task<Held?> TryTakeAsync(CancellationToken cancellationToken)
    {
        var (state, version) = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (state.Keeper != Guid.Empty && state.LeaseUntil > clock.GetUtcNow()) return null;
        var held = new Held(this, state with { Fence = state.Fence + 1, Keeper = Guid.NewGuid() }, version);
        try
        {
            await held.UpdateAsync(s => s, cancellationToken).ConfigureAwait(false);
            return held;
        }
        catch (LeaseLostException)
        {
            return null;
        }
    }

    private Task<ShardVersion?> WriteAsync(ArchiveState state, ShardVersion version, CancellationToken cancellationToken) =>
        store.CommitAsync(
            Shard, version, new StoreCommit([new StoreWrite(Key, JsonSerializer.SerializeToUtf8Bytes(state, ApiJson.Stored))]), cancellationToken);

    /// <summary>The lease while it is held: each change prolongs it, and fails once another has taken it.</summary>
    internal sealed class Held(ArchiveStateStore owner, ArchiveState state, ShardVersion version)
    {
        private ShardVersion _version = version;

        public ArchiveState State { get; private set; } = state;

        /// <exception cref="LeaseLostException">Another keeper has taken over.</exception>
        public async Task UpdateAsync(Func<ArchiveState, ArchiveState> change, CancellationToken cancellationToken)
        {
            var next = change(State) with { LeaseUntil = owner.Clock.GetUtcNow() + Lapses };
            await WriteAsync(next, cancellationToken).ConfigureAwait(false);
        }

        public Task GiveBackAsync(CancellationToken cancellationToken) =>
            WriteAsync(State with { Keeper = Guid.Empty }, cancellationToken);

        private async Task WriteAsync(ArchiveState next, CancellationToken cancellationToken)
        {
            _version = await owner.WriteAsync(next, _version, cancellationToken).ConfigureAwait(false) ?? throw new LeaseLostException();
            State = next;
        }
    }

    private TimeProvider Clock => clock;
}

/// <summary>Another process keeps the archive now.</summary>
internal sealed class LeaseLostException() : Exception("Another process has taken over the archive.");
