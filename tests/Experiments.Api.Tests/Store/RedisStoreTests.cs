using Experiments.Api.Store;
using Experiments.Api.Store.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace Experiments.Api.Tests.Store;

/// <summary>The store on one Redis server.</summary>
public sealed class RedisStoreTests(SharedRedis redis) : StoreConformance
{
    private readonly string _prefix = SharedRedis.NewPrefix();

    private protected override async ValueTask<IStore> OpenAsync() =>
        new RedisStore(await redis.ConnectionStringAsync(), _prefix, allowVolatile: false, NullLogger.Instance);

    [Fact]
    public async Task Notice_OfAnotherProcess_Arrives()
    {
        await using var other = await OpenAsync();
        await other.PingAsync(Token);
        using var arrived = new SemaphoreSlim(0);
        using var subscription = other.Subscribe(_ => arrived.Release());

        await CommitNowAsync("catalog", Put("a", "1") with { Notify = true });

        Assert.True(await arrived.WaitAsync(TimeSpan.FromSeconds(10), Token));
    }

    [Fact]
    public async Task Commit_BeforeTheServerIsThere_SaysSoAndWorksLater()
    {
        await using var server = await RedisServer.StartAsync();
        server.Kill();
        await using var store = new RedisStore($"{server.ConnectionString},connectTimeout=300", "", false, NullLogger.Instance);
        var away = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.CommitAsync("s0", ShardVersion.None, Put("a", "1"), Token));
        Assert.Contains("Experiments:Redis", away.Message, StringComparison.Ordinal);

        await server.RestartAsync();

        await UntilAvailableAsync(store);
        Assert.NotNull(await store.CommitAsync("s0", ShardVersion.None, Put("a", "1"), Token));
    }

    [Fact]
    public async Task Commit_ServerLostAndBack_FailsThenWorks()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = new RedisStore(server.ConnectionString, "", false, NullLogger.Instance);
        var version = await store.CommitAsync("s0", ShardVersion.None, Put("a", "1"), Token);
        server.Kill();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync("s0", version!.Value, Put("a", "2"), Token));
        await server.RestartAsync();

        await UntilAvailableAsync(store);
        Assert.NotNull(await store.CommitAsync("s0", version!.Value, Put("a", "3"), Token));
    }

    [Fact]
    public async Task Commit_MemoryFull_SaysSoAndWritesNothing()
    {
        await using var server = await RedisServer.StartAsync("everysec", "--maxmemory", "3mb", "--maxmemory-policy", "noeviction");
        await using var store = new RedisStore(server.ConnectionString, "", false, NullLogger.Instance);
        var version = ShardVersion.None;

        await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            while (true)
            {
                version = (await store.CommitAsync(
                    "s0", version, new([new("last", Bytes(Number(version.Number)))], new byte[200_000]), Token))!.Value;
            }
        });

        var read = await store.ReadAsync("s0", ["last"], Token);
        Assert.Equal(version, read.Version);
        Assert.Equal(Number(version.Number - 1), Text(read.Values[0]));
        Assert.Equal(version.Number, (await store.ReadLogAsync("s0", 0, 1000, Token)).Next);
    }

    [Theory]
    [InlineData("appendonly yes", "--appendonly", "no")]
    [InlineData("maxmemory-policy noeviction", "--maxmemory-policy", "allkeys-lru")]
    public async Task AnyCall_ServerThatMayLoseData_IsRefusedUnlessPermitted(string expected, string name, string value)
    {
        await using var server = await RedisServer.StartAsync("everysec", name, value);
        await using var strict = new RedisStore(server.ConnectionString, "", allowVolatile: false, NullLogger.Instance);
        await using var lax = new RedisStore(server.ConnectionString, "", allowVolatile: true, NullLogger.Instance);

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => strict.PingAsync(Token));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        await lax.PingAsync(Token);
    }

    [Fact]
    public async Task AnyCall_PasswordMissing_IsRefusedWithoutShowingOne()
    {
        await using var server = await RedisServer.StartAsync("everysec", "--requirepass", "right");
        await using var store = new RedisStore($"{server.ConnectionString},password=wrong-one", "", false, NullLogger.Instance);

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => store.PingAsync(Token));
        Assert.Contains("password", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", refused.ToString(), StringComparison.Ordinal);
    }

    private static async Task UntilAvailableAsync(RedisStore store)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await store.PingAsync(Token);
                return;
            }
            catch (StoreUnavailableException) when (attempt < 200)
            {
                await Task.Delay(50, Token);
            }
        }
    }
}
