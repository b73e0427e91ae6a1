using System.Buffers.Binary;
using System.Collections.Concurrent;
using Experiments.Api.Store;

namespace Experiments.Api.Access;

/// <summary>When each key was last used: noted in memory, written once a minute at most, outside of the audited catalogue.</summary>
internal sealed class KeyUses(IStore store, TimeProvider clock, ILogger<KeyUses> logger) : BackgroundService
{
    private const string Shard = "access";
    private static readonly TimeSpan Pace = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _written = new(StringComparer.Ordinal);

    public void Note(string key)
    {
        var now = clock.GetUtcNow();
        if (!_seen.TryGetValue(key, out var last) || now - last >= Pace) _seen[key] = now;
    }

    /// <summary>Last uses by any process, of those of the keys that were used.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset?>> ReadAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(Shard, [.. keys.Select(StoreKey)], cancellationToken).ConfigureAwait(false);
        var uses = new Dictionary<string, DateTimeOffset?>(StringComparer.Ordinal);
        for (var i = 0; i < keys.Count; i++)
        {
            var stored = TimeOf(read.Values[i]);
            uses[keys[i]] = _seen.TryGetValue(keys[i], out var seen) && !(seen < stored) ? seen : stored;
        }

        return uses;
    }

    /// <summary>Writes what was noted since the last time, unless another process has noted a later use.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var fresh = _seen.Where(s => !_written.TryGetValue(s.Key, out var at) || at < s.Value).ToList();
        while (fresh.Count > 0)
        {
            var read = await store.ReadAsync(Shard, [.. fresh.Select(f => StoreKey(f.Key))], cancellationToken).ConfigureAwait(false);
            StoreWrite[] writes =
            [
                .. fresh.Where((f, i) => !(f.Value <= TimeOf(read.Values[i]))).Select(f => new StoreWrite(StoreKey(f.Key), Bytes(f.Value))),
            ];
            if (writes.Length == 0
                || await store.CommitAsync(Shard, read.Version, new StoreCommit(writes), cancellationToken).ConfigureAwait(false) is not null)
                break;
        }

        foreach (var (key, at) in fresh) _written[key] = at;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pace, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested) await TryWriteAsync(stoppingToken);
        }
    }

    private async Task TryWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or OperationCanceledException or ObjectDisposedException)
        {
            // Still noted in memory: the next minute writes it. At a stop the store may be closed already; the use is a hint, worth no fault.
            logger.UsesNotWritten(exception);
        }
    }

    private static string StoreKey(string key) => "used:" + key;

    private static DateTimeOffset? TimeOf(ReadOnlyMemory<byte>? stored) =>
        stored is { } bytes ? new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(bytes.Span), TimeSpan.Zero) : null;

    private static byte[] Bytes(DateTimeOffset at)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, at.UtcTicks);
        return bytes;
    }
}
