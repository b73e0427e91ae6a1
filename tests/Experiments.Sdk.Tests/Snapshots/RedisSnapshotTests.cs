using System.Text.Json;
using StackExchange.Redis;

namespace Experiments.Sdk.Tests.Snapshots;

/// <summary>Against a real redis-server; skipped where there is none.</summary>
public sealed class RedisSnapshotTests
{
    private const string Key = "test:{catalog}:k:snapshot";

    [Fact]
    public async Task Refresh_NoticeInRedis_NewSnapshotAtOnceAndTheLastOneWhenRedisDies()
    {
        using var server = RedisServer.StartOrSkip();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var database = connection.GetDatabase();
        await database.StringSetAsync(Key, Bytes(1, "a"));

        // The service is away and polling is slow: what arrives, arrives through Redis.
        await using var service = new LoopbackService(start: false);
        await using var app = new TestApp(service.Endpoint, options =>
        {
            options.Redis = server.ConnectionString;
            options.RedisPrefix = "test:";
            options.SnapshotPollInterval = TimeSpan.FromHours(1);
        });
        Assert.True(await app.Client.ReadyAsync(TestContext.Current.CancellationToken));
        Assert.Equal("a", app.Client.Peek("p", "u", "").Experiment);

        await database.StringSetAsync(Key, Bytes(2, "b"));
        await connection.GetSubscriber().PublishAsync(RedisChannel.Literal("test:changes"), "s0");
        await connection.GetSubscriber().PublishAsync(RedisChannel.Literal("test:changes"), "catalog");
        await TestApp.EventuallyAsync(() => app.Client.Peek("p", "u", "").Experiment == "b");

        server.Dispose();
        Assert.Equal("b", app.Client.Peek("p", "u", "").Experiment);
    }

    [Fact]
    public async Task Refresh_RedisAway_TheServiceAnswers()
    {
        await using var service = new LoopbackService { Snapshot = Make.Snapshot(Make.Experiment("a", "p")) };
        await using var app = new TestApp(service.Endpoint, options => options.Redis = "127.0.0.1:1,connectTimeout=500,password=secret");
        Assert.True(await app.Client.ReadyAsync(TestContext.Current.CancellationToken));
        Assert.Equal("a", app.Client.Peek("p", "u", "").Experiment);

        service.Snapshot = Make.Snapshot(Make.Experiment("b", "p")) with { Version = 2 };
        await TestApp.EventuallyAsync(() => app.Client.Peek("p", "u", "").Experiment == "b");
        Assert.DoesNotContain(app.Messages.All, message => message.Text.Contains("secret", StringComparison.Ordinal));
    }

    private static byte[] Bytes(long version, string experiment) => JsonSerializer.SerializeToUtf8Bytes(
        Make.Snapshot(Make.Experiment(experiment, "p")) with { Version = version }, JsonSerializerOptions.Web);
}
