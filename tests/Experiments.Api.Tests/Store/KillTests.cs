using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Experiments.Api.Store.Redis;
using Experiments.Api.Store.Sqlite;
using Experiments.StoreHost;
using Microsoft.Extensions.Logging.Abstractions;

namespace Experiments.Api.Tests.Store;

/// <summary>Kills with SIGKILL in the middle of writing: nothing acknowledged is lost, nothing is half there.</summary>
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

        Report(acknowledged);
    }

    [Theory]
    [InlineData("always")]
    [InlineData("everysec")]
    public async Task Redis_ServerKilledWhileWriting_KeepsWhatItAcknowledged(string appendFsync)
    {
        await using var server = await RedisServer.StartAsync(appendFsync);
        var random = new Random(20260102);
        var acknowledged = new ConcurrentQueue<Acknowledged>();
        for (var kill = 0; kill < Kills; kill++)
        {
            await using (var writing = new RedisStore(server.ConnectionString, "", false, NullLogger.Instance))
            {
                await writing.PingAsync(Token);
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
                var writers = new Workload(writing, kill, acknowledged.Enqueue).RunAsync(stop.Token);
                await Task.Delay(random.Next(20, 500), Token);
                server.Kill();
                await stop.CancelAsync();
                await writers;
            }

            await server.RestartAsync();
            await using var store = new RedisStore(server.ConnectionString, "", false, NullLogger.Instance);
            Assert.Empty(await Inspection.FaultsAsync(store, acknowledged, Token));
        }

        Report(acknowledged);
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

    private void Report(IReadOnlyCollection<Acknowledged> acknowledged)
    {
        Assert.NotEmpty(acknowledged);
        output.WriteLine($"{Kills} kills, {acknowledged.Count} acknowledged commits, 0 lost, 0 half applied");
    }
}
