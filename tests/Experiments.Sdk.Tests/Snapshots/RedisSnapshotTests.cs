using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
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

    private sealed class RedisServer : IDisposable
    {
        private readonly Process _process;
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("experiments-sdk-redis-");
        private bool _disposed;

        private RedisServer(string path)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            ConnectionString = $"127.0.0.1:{port}";
            _process = Process.Start(new ProcessStartInfo(
                path, ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", _folder.FullName])
            { RedirectStandardOutput = true })!;
            for (var i = 0; i < 500; i++)
            {
                try
                {
                    using var client = new TcpClient("127.0.0.1", port);
                    return;
                }
                catch (SocketException)
                {
                    Thread.Sleep(20);
                }
            }
        }

        public string ConnectionString { get; }

        public static RedisServer StartOrSkip()
        {
            var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);
            if (path is null) Assert.Skip("redis-server is not on the PATH; apt-get install redis-server");
            return new RedisServer(path);
        }

        public void Dispose()
        {
            if (_disposed) return;
            _disposed = true;
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            _folder.Delete(recursive: true);
        }
    }
}
