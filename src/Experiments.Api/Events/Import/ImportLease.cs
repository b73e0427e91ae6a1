using System.Buffers.Binary;
using Experiments.Api.Store;

namespace Experiments.Api.Events.Import;

/// <summary>While a history is being imported, nobody may decide on the half of it that has come: the decider leaves the experiment alone.</summary>
/// <remarks>Kept in the store, so that every process respects it; it lapses by itself when the importing process dies, and only the import
/// that took it last gives it back.</remarks>
internal sealed class ImportLease(IStore store, TimeProvider clock)
{
    private const string Key = "lease";
    private const int OwnerBytes = 16;
    private static readonly TimeSpan Lapses = TimeSpan.FromSeconds(30);

    /// <summary>True while some process imports into the experiment.</summary>
    public async Task<bool> IsHeldAsync(string experiment, CancellationToken cancellationToken)
    {
        var (_, _, until) = await ReadAsync(experiment, cancellationToken).ConfigureAwait(false);
        return until > clock.GetUtcNow().UtcTicks;
    }

    public async Task<Held> TakeAsync(string experiment, CancellationToken cancellationToken)
    {
        var held = new Held(this, experiment);
        await held.RenewAsync(cancellationToken).ConfigureAwait(false);
        return held;
    }

    private TimeProvider Clock => clock;

    private static string Shard(string experiment) => "import:" + experiment;

    private async Task<(ShardVersion Version, Guid Owner, long Until)> ReadAsync(string experiment, CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(Shard(experiment), [Key], cancellationToken).ConfigureAwait(false);
        return read.Values[0] is { } bytes
            ? (read.Version, new Guid(bytes.Span[..OwnerBytes]), BinaryPrimitives.ReadInt64LittleEndian(bytes.Span[OwnerBytes..]))
            : (read.Version, Guid.Empty, 0);
    }

    private async Task<bool> TryWriteAsync(
        string experiment, ShardVersion version, Guid owner, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var value = new byte[OwnerBytes + sizeof(long)];
        owner.TryWriteBytes(value);
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(OwnerBytes), until.UtcTicks);
        var commit = new StoreCommit([new StoreWrite(Key, value)]);
        return await store.CommitAsync(Shard(experiment), version, commit, cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>The lease while it is held. Given back when the import is whole; after a failure it is left to lapse, so that the file can
    /// be sent again before anybody decides on half of it.</summary>
    internal sealed class Held(ImportLease lease, string experiment)
    {
        private readonly Guid _owner = Guid.NewGuid();

        public async Task RenewAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                var (version, _, _) = await lease.ReadAsync(experiment, cancellationToken).ConfigureAwait(false);
                var until = lease.Clock.GetUtcNow() + Lapses;
                if (await lease.TryWriteAsync(experiment, version, _owner, until, cancellationToken).ConfigureAwait(false)) return;
            }
        }

        public async Task GiveBackAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                var (version, owner, _) = await lease.ReadAsync(experiment, cancellationToken).ConfigureAwait(false);
                if (owner != _owner) return;
                if (await lease.TryWriteAsync(experiment, version, _owner, DateTimeOffset.MinValue, cancellationToken).ConfigureAwait(false)) return;
            }
        }
    }
}
