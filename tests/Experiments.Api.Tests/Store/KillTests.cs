using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Experiments.Api.Store.Redis;
using Experiments.Api.Store.Sqlite;
using Experiments.StoreHost;
using Microsoft.Extensions.Logging.Abstractions;

namespace Experiments.Api.Tests.Store;

/// <summary>Kills with SIGKILL in the middle of writing: nothing acknowledged is lost, nothing is ever half there.</summary>
/// <remarks>EXPERIMENTS_KILLS sets how many (10 unless set). The page cache survives: a loss of power is not tested here.</remarks>
public sealed class KillTests(ITestOutputHelper output)
{
    private static readonly int Kills = int.Parse(
        Environment.GetEnvironmentVariable("EXPERIMENTS_KILLS") ?? "10", CultureInfo.InvariantCulture);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sqlite_ProcessKilledWhileWriting_KeepsWhatItAcknowledged()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(20260101);
        var acknowledged = new List<Acknowledged>();
        for (var kill = 0; kill < Kills; kill++)
        {
            acknowledged.AddRange(await WriteUntilKilledAsync(folder.Path, kill, random.Next(20, 500)));

            await using var store = SqliteStore.Open(folder.Path, NullLogger.Instance);
            Assert.Empty(await Inspection.FaultsAsync(store, acknowledged, Token));
        }

        Report(acknowledged.Count, lost: 0);
    }

    [Fact]
    public async Task Redis_ServerKilledWhileWritingAlways_KeepsWhatItAcknowledged()
    {
        var (kept, lost) = await KillRedisAsync("always");

        Assert.Equal(0, lost);
        Report(kept, lost);
    }

    /// <summary>everysec loses acknowledged commits in a mere crash: while a sync is under way, Redis keeps what comes in its own
    /// memory for up to two seconds, and answers. What it loses must be a tail, and what it keeps be whole.</summary>
    [Fact]
    public async Task Redis_ServerKilledWhileWritingEverySecond_LosesNoMoreThanATail()
    {
        var (kept, lost) = await KillRedisAsync("everysec");

        Report(kept, lost);
    }

    private static async Task<(int Kept, int Lost)> KillRedisAsync(string appendFsync)
    {
        await using var server = await RedisServer.StartAsync(appendFsync);
        var random = new Random(20260102);
        var acknowledged = new List<Acknowledged>();
        var lost = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            acknowledged.AddRange(await WriteUntilServerKilledAsync(server, kill, random.Next(20, 500)));
            await server.RestartAsync();
            await using var store = new RedisStore(server.ConnectionString, "", false, NullLogger.Instance);
            foreach (var shard in Workload.Shards)
            {
                var version = (await store.ReadAsync(shard, [], Token)).Version.Number;
                lost += acknowledged.RemoveAll(commit => commit.Shard == shard && commit.Version.Number > version);
            }

            Assert.Empty(await Inspection.FaultsAsync(store, acknowledged, Token));
        }

        return (acknowledged.Count, lost);
    }

    private static async Task<IReadOnlyCollection<Acknowledged>> WriteUntilServerKilledAsync(
        RedisServer server, int seed, int milliseconds)
    {
        var acknowledged = new ConcurrentQueue<Acknowledged>();
        await using var store = new RedisStore(server.ConnectionString, "", false, NullLogger.Instance);
        await store.PingAsync(Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var writers = new Workload(store, seed, acknowledged.Enqueue).RunAsync(stop.Token);
        await Task.Delay(milliseconds, Token);
        server.Kill();
        await stop.CancelAsync();
        await writers;
        return acknowledged;
    }

    /// <summary>Runs the child, kills it, and returns what it told: lines reach us through a pipe, which a kill does not empty.</summary>
    private static async Task<IReadOnlyList<Acknowledged>> WriteUntilKilledAsync(string folder, int seed, int milliseconds)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Experiments.StoreHost.dll"));
        start.ArgumentList.Add(folder);
        start.ArgumentList.Add(seed.ToString(CultureInfo.InvariantCulture));
        using var child = Process.Start(start)!;
        try
        {
            Assert.Equal("ready", await child.StandardOutput.ReadLineAsync(Token));
            var rest = child.StandardOutput.ReadToEndAsync(Token);
            await Task.Delay(milliseconds, Token);
            child.Kill();
            await child.WaitForExitAsync(Token);

            var told = await rest;
            return [.. told[..(told.LastIndexOf('\n') + 1)] // the last line may be cut
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(Acknowledged.FromLine)];
        }
        finally
        {
            child.Kill();
        }
    }

    private void Report(int kept, int lost)
    {
        Assert.NotEqual(0, kept);
        output.WriteLine($"{Kills} kills, {kept + lost} acknowledged commits, {lost} lost, 0 half applied");
    }
}
