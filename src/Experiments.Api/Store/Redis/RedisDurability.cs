using StackExchange.Redis;

namespace Experiments.Api.Store.Redis;

/// <summary>Looks, before the first use, whether a Redis keeps what it is given: its defaults are a cache's.</summary>
internal static class RedisDurability
{
    /// <returns>What the weakest of its servers gives, one of <see cref="StoreDurability"/>.</returns>
    /// <exception cref="StoreRefusedException">A server of the store does not persist, or evicts.</exception>
    public static async Task<string> CheckAsync(IConnectionMultiplexer connection, bool allowVolatile, ILogger logger)
    {
        var weakest = StoreDurability.Fsync;
        foreach (var server in connection.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
        {
            var append = await SettingAsync(server, "appendonly", logger).ConfigureAwait(false);
            var policy = await SettingAsync(server, "maxmemory-policy", logger).ConfigureAwait(false);
            var fault = append == "no" ? "it keeps no append-only file and would lose accepted events: set 'appendonly yes'"
                // The volatile-… policies evict only keys with an expiry, and ours have none.
                : policy?.StartsWith("allkeys", StringComparison.Ordinal) == true
                    ? $"it evicts keys when its memory is full ('{policy}'): set 'maxmemory-policy noeviction'"
                : null;
            if (fault is not null && !allowVolatile)
            {
                throw new StoreRefusedException(
                    $"Redis at {server.EndPoint} is refused: {fault} (for development only: Experiments:AllowVolatile = true).");
            }

            if (fault is not null)
            {
                logger.VolatileRedis(server.EndPoint.ToString(), fault);
                weakest = StoreDurability.Memory;
            }
            else if (await SettingAsync(server, "appendfsync", logger).ConfigureAwait(false) is not (null or "always"))
            {
                // Not refused: some want the speed. But it is not only a loss of power: while a sync is under way, Redis keeps what
                // comes in its own memory for up to two seconds, so that a mere crash of it loses acknowledged commits (KillTests).
                logger.LateRedis(server.EndPoint.ToString());
                if (weakest == StoreDurability.Fsync) weakest = StoreDurability.EverySecond;
            }
        }

        return weakest;
    }

    /// <summary>A setting of a server, or null when the server does not tell: managed services often refuse CONFIG.</summary>
    private static async Task<string?> SettingAsync(IServer server, string name, ILogger logger)
    {
        try
        {
            var answer = await server.ExecuteAsync("CONFIG", "GET", name).ConfigureAwait(false);
            return answer.ToDictionary().TryGetValue(name, out var value) ? (string?)value : null;
        }
        catch (RedisServerException exception) when (RedisErrors.Translate(exception) is not StoreUnavailableException)
        {
            logger.RedisSettingUnknown(exception, server.EndPoint.ToString(), name);
            return null;
        }
    }
}
