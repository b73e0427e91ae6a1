using System.Text.Json;
using Experiments.Sdk.Assignment;
using StackExchange.Redis;

namespace Experiments.Sdk.Tests.Arms;

/// <summary>Apps with the SDK that share a real redis-server; skipped where there is none.</summary>
public sealed class RedisArmsTests
{
    private const string Prefix = "test:";
    private const string Key = "test:{catalog}:k:snapshot";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetAssignmentAsync_TwoAppsAReweightAndARestart_NobodyMoves()
    {
        using var redis = RedisServer.StartOrSkip();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        await using var service = new LoopbackService();
        await connection.GetDatabase().StringSetAsync(Key, Bytes(1, 0, 1, 1));
        var first = new Dictionary<string, string?>();
        await using (var app = await StartAsync(service, redis.ConnectionString))
        {
            for (var i = 0; i < 200; i++)
            {
                var given = await app.Client.GetAssignmentAsync("p", $"u{i}", "");
                Assert.Equal((AssignmentReason.Split, 0, 0.5), (given.Reason, given.Epoch, given.Propensity));
                first[$"u{i}"] = given.Variant;
            }

            await app.FlushAsync();
        }

        await connection.GetDatabase().StringSetAsync(Key, Bytes(2, 1, 1, 9));
        await using var second = await StartAsync(service, redis.ConnectionString);
        var followers = 0;
        foreach (var (user, variant) in first)
        {
            var given = await second.Client.GetAssignmentAsync("p", user, "");
            Assert.Equal((variant, AssignmentReason.Split, 0, 0.5), (given.Variant, given.Reason, given.Epoch, given.Propensity));
            var other = await second.Client.GetAssignmentAsync("p", $"new-{user}", "");
            Assert.Equal(1, other.Epoch);
            if (other.Variant == "v1") followers++;
        }

        Assert.InRange(followers, 160, 200);
        await second.FlushAsync();
        Assert.All(service.Accepted.Values, e => Assert.Equal(
            e.GetProperty("user").GetString()!.StartsWith("new-", StringComparison.Ordinal) ? 1 : 0, e.GetProperty("epoch").GetInt32()));
        Assert.Equal(600, service.Accepted.Count);
    }

    [Fact]
    public async Task GetAssignmentAsync_RedisDies_TheTableDecidesAndFirstArmsReturnWithIt()
    {
        var port = RedisServer.FreePort();
        await using var service = new LoopbackService { Snapshot = Snapshot(2, 1, 1, 9) };
        using (var redis = RedisServer.StartOrSkip(port))
        {
            await using var app = await StartAsync(service, redis.ConnectionString);
            await TestApp.EventuallyAsync(() => app.Client.GetAssignmentAsync("p", "warm", "").AsTask().Result.Reason == AssignmentReason.Split);
            var told = app.Messages.Count(1030);
            redis.Dispose();

            var before = TimeProvider.System.GetTimestamp();
            for (var i = 0; i < 2_000; i++)
            {
                var given = await app.Client.GetAssignmentAsync("p", $"u{i}", "");
                Assert.Equal(AssignmentReason.StickyUnavailable, given.Reason);
                Assert.NotNull(given.Variant);
            }

            // One wait, and then none for a second: not 2,000 of them.
            Assert.True(TimeProvider.System.GetElapsedTime(before) < TimeSpan.FromSeconds(30));
            Assert.Equal(AssignmentReason.Split, (await app.Client.GetAssignmentAsync("p", "warm", "")).Reason);
            Assert.Equal(told + 1, app.Messages.Count(1030));
            using var again = RedisServer.StartOrSkip(port);
            await TestApp.EventuallyAsync(() => app.Client.GetAssignmentAsync("p", "u1", "").AsTask().Result.Reason == AssignmentReason.Split);
        }
    }

    private static async Task<TestApp> StartAsync(LoopbackService service, string redis)
    {
        var app = new TestApp(service.Endpoint, options =>
        {
            options.Redis = redis;
            options.RedisPrefix = Prefix;
            options.ArmWait = TimeSpan.FromSeconds(2);
        });
        Assert.True(await app.Client.ReadyAsync(Token));
        return app;
    }

    private static Snapshot Snapshot(long version, int epoch, params double[] weights) =>
        Make.Snapshot(Make.Bandit("bandit", "p", epoch, weights)) with { Version = version };

    private static byte[] Bytes(long version, int epoch, params double[] weights) =>
        JsonSerializer.SerializeToUtf8Bytes(Snapshot(version, epoch, weights), JsonSerializerOptions.Web);
}
