using System.Buffers.Binary;
using Experiments.Api.Store;

namespace Experiments.Api.Events.Import;

/// <summary>While a history is being imported, nobody may decide on the half of it that has come: the decider leaves the experiment alone.</summary>
/// <remarks>Kept in the store, so that every process respects it; it lapses by itself when the importing process dies.</remarks>
internal sealed class ImportLease(IStore store, TimeProvider clock)
{
    private const string Key = "lease";
    private static readonly TimeSpan Lapses = TimeSpan.FromSeconds(30);

    /// <summary>True while some process imports into the experiment.</summary>
    public async Task<bool> IsHeldAsync(string experiment, CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(Shard(experiment), [Key], cancellationToken).ConfigureAwait(false);
        return read.Values[0] is { } bytes && BinaryPrimitives.ReadInt64LittleEndian(bytes.Span) > clock.GetUtcNow().UtcTicks;
    }

    public async Task<Held> TakeAsync(string experiment, CancellationToken cancellationToken)
    {
        var held = new Held(this, experiment);
        await held.RenewAsync(cancellationToken).ConfigureAwait(false);
        return held;
    }

    private DateTimeOffset InAWhile => clock.GetUtcNow() + Lapses;

    private static string Shard(string experiment) => "import:" + experiment;

    private async Task WriteAsync(string experiment, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var value = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(value, until.UtcTicks);
        while (true)
        {
            var read = await store.ReadAsync(Shard(experiment), [], cancellationToken).ConfigureAwait(false);
            var commit = new StoreCommit([new StoreWrite(Key, value)]);
            if (await store.CommitAsync(Shard(experiment), read.Version, commit, cancellationToken).ConfigureAwait(false) is not null) return;
        }
    }

    /// <summary>The lease while it is held; given back when disposed.</summary>
    internal sealed class Held(ImportLease lease, string experiment) : IAsyncDisposable
    {
        public Task RenewAsync(CancellationToken cancellationToken) =>
            lease.WriteAsync(experiment, lease.InAWhile, cancellationToken);

        public async ValueTask DisposeAsync() =>
            await lease.WriteAsync(experiment, DateTimeOffset.MinValue, CancellationToken.None).ConfigureAwait(false);
    }
}
