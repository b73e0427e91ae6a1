using Experiments.Sdk.Snapshots;
using StackExchange.Redis;

namespace Experiments.Sdk.Arms;

/// <summary>Arms in the service's Redis: <c>HSETNX</c>, and <c>HGET</c> behind it on the same connection.</summary>
internal sealed class RedisArmStore(RedisLink link, string prefix) : IArmStore
{
    public async Task<KeptArm> KeepAsync(string experiment, string user, KeptArm proposed, CancellationToken cancellationToken)
    {
        // Never connects on a caller's time: the snapshot's refresh does, in the background.
        if (link.Database is not { } database) throw new ArmStoreUnavailableException("Redis is not connected");
        RedisKey key = ArmKeys.RedisKey(prefix, ArmKeys.ShardOf(user), ArmKeys.HashOf(experiment));
        var field = ArmKeys.FieldOf(user);
        try
        {
            var written = database.HashSetAsync(key, field, proposed.Format(), When.NotExists);
            var read = database.HashGetAsync(key, field, CommandFlags.DemandMaster);
            await Task.WhenAll(written, read).WaitAsync(cancellationToken).ConfigureAwait(false);
            return KeptArm.TryParse(await read.ConfigureAwait(false), out var kept)
                ? kept
                : throw new ArmStoreUnavailableException("the value in Redis is no arm");
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            throw new ArmStoreUnavailableException(exception.GetType().Name);
        }
    }
}
