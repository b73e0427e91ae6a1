using Experiments.Api.Store;
using Experiments.Api.Store.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace Experiments.Api.Tests.Store;

/// <summary>The store on a Redis Cluster of three primaries: shards live on different nodes.</summary>
public sealed class RedisClusterStoreTests(SharedRedisCluster cluster) : StoreConformance
{
    private readonly string _prefix = SharedRedis.NewPrefix();

    private protected override async ValueTask<IStore> OpenAsync() =>
        new RedisStore(await cluster.ConnectionStringAsync(), _prefix, allowVolatile: false, NullLogger.Instance);

    [Fact]
    public async Task ConnectionString_OneNodeOfThree_FindsTheOthers()
    {
        var one = (await cluster.ConnectionStringAsync()).Split(',')[0];
        await using var store = new RedisStore(one, _prefix, allowVolatile: false, NullLogger.Instance);

        for (var shard = 0; shard < 16; shard++)
        {
            Assert.NotNull(await store.CommitAsync($"s{shard}", ShardVersion.None, Put("a", "1"), Token));
        }
    }
}
