using System.Collections.Concurrent;
using System.Globalization;
using Experiments.Api.Shared;
using StackExchange.Redis;

namespace Experiments.Api.Store.Redis;

/// <summary>Waits until replicas have what was written, so that the loss of a primary loses nothing acknowledged.</summary>
internal sealed class RedisReplication(int replicas)
{
    private const int PatienceMilliseconds = 1000;

    /// <summary>Shards whose last commit the replicas did not confirm.</summary>
    private readonly ConcurrentDictionary<RedisKey, bool> _behind = new();

    /// <exception cref="StoreUnavailableException">Too few replicas have it; the primary has.</exception>
    public async Task WaitAsync(IDatabase database, RedisKeys.ShardKeys names)
    {
        _behind[names.Version] = true;
        var server = database.Multiplexer.GetServer(names.Version);

        // WAIT counts from the last write of its own connection, which may be a new one: a write on it comes first.
        await database.StringSetAsync(names.Wait, "1", flags: CommandFlags.DemandMaster).ConfigureAwait(false);
        var confirmed = (long)await server.ExecuteAsync("WAIT", replicas, PatienceMilliseconds).ConfigureAwait(false);
        if (confirmed < replicas)
        {
            throw new StoreUnavailableException(string.Create(
                CultureInfo.InvariantCulture,
                $"Only {confirmed} of {replicas} replicas of Redis have confirmed a commit (Experiments:RedisReplicas). The service goes on by itself when they are back."));
        }

        _behind.TryRemove(names.Version, out _);
    }

    /// <summary>Waits again where the last wait failed.</summary>
    /// <exception cref="StoreUnavailableException">Too few replicas have it.</exception>
    public Task CatchUpAsync(IDatabase database, RedisKeys.ShardKeys names) =>
        _behind.ContainsKey(names.Version) ? WaitAsync(database, names) : Task.CompletedTask;
}
