using System.Globalization;
using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;

namespace Experiments.EndToEnd;

/// <summary>What happens to Redis under a service that takes events in: killed, paused, and two services of which one is paused.</summary>
/// <remarks>EXPERIMENTS_KILLS sets how many kills (4 unless set).</remarks>
public sealed class RedisFaultTests(ITestOutputHelper output)
{
    private const int Senders = 4;

    private static readonly int Kills = Math.Min(
        40, int.Parse(Environment.GetEnvironmentVariable("EXPERIMENTS_KILLS") ?? "4", CultureInfo.InvariantCulture));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("always")]
    [InlineData("everysec")]
    public async Task Kill_OfRedisWhileFourSend_LosesNothingOnceSendersHaveHeardOfTheNewEpoch(string appendFsync)
    {
        await using var redis = await RedisServer.StartAsync(appendFsync);
        using var folder = new TemporaryFolder();
        await using var service = await ApiProcess.StartAsync(
            $"--Experiments:Redis={redis.ConnectionString}", $"--Experiments:Archive:Folder={folder.Path}", "--Experiments:Archive:IntervalSeconds=0.2");
        await BitEvents.DefineAsync(service.Client);
        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Senders).Select(n => new BatchSender(service.Client.Http, n)).ToList();
        var sending = senders.ConvertAll(s => Task.Run(() => s.RunAsync(stop.Token), Token));
        var random = new Random(20261003);
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(random.Next(200, 900), Token);
            redis.Kill();
            await Task.Delay(100, Token);
            await redis.RestartAsync();
        }

        await Task.Delay(3000, Token); // the epoch is looked at once a second
        await stop.CancelAsync();
        await Task.WhenAll(sending);
        foreach (var sender in senders) await sender.SendAgainAsync();

        output.WriteLine($"appendfsync {appendFsync}: " + await SentBatch.CheckAsync(service.Client, [.. senders.SelectMany(s => s.Batches)], Kills));
        output.WriteLine($"{senders.Sum(s => s.SentAgain)} batches sent again, slowest refusal {senders.Max(s => s.SlowestRefusal).TotalMilliseconds:0} ms");
    }

    [Fact]
    public async Task Pause_OfRedisForFiveSeconds_RefusesAndGoesOn()
    {
        await using var redis = await RedisServer.StartAsync("always");
        using var folder = new TemporaryFolder();
        await using var service = await ApiProcess.StartAsync(
            $"--Experiments:Redis={redis.ConnectionString}", $"--Experiments:Archive:Folder={folder.Path}");
        await BitEvents.DefineAsync(service.Client);
        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Senders).Select(n => new BatchSender(service.Client.Http, n)).ToList();
        var sending = senders.ConvertAll(s => Task.Run(() => s.RunAsync(stop.Token), Token));
        await Task.Delay(500, Token);
        redis.Pause();
        await Task.Delay(5000, Token);
        redis.Resume();
        await Task.Delay(1500, Token);
        await stop.CancelAsync();
        await Task.WhenAll(sending);

        output.WriteLine(await SentBatch.CheckAsync(service.Client, [.. senders.SelectMany(s => s.Batches)], 1));
    }

    [Fact]
    public async Task Pause_OfOneServiceOfTwo_ItsStaleWorkIsRefused()
    {
        await using var redis = await RedisServer.StartAsync("always");
        using var folder = new TemporaryFolder();
        string[] settings =
        [
            $"--Experiments:Redis={redis.ConnectionString}", $"--Experiments:Archive:Folder={folder.Path}", "--Experiments:Archive:IntervalSeconds=0.1",
        ];
        await using var first = await ApiProcess.StartAsync(settings);
        await using var second = await ApiProcess.StartAsync(settings);
        await BitEvents.DefineAsync(first.Client);
        using var stop = new CancellationTokenSource();
        var toFirst = new BatchSender(first.Client.Http, 1);
        var toSecond = new BatchSender(second.Client.Http, 2);
        Task[] sending = [Task.Run(() => toFirst.RunAsync(stop.Token), Token), Task.Run(() => toSecond.RunAsync(stop.Token), Token)];
        for (var pause = 0; pause < 3; pause++)
        {
            await Task.Delay(700, Token);
            first.Pause();
            await Task.Delay(1500, Token);
            first.Resume();
        }

        await Task.Delay(500, Token);
        await stop.CancelAsync();
        await Task.WhenAll(sending);

        output.WriteLine(await SentBatch.CheckAsync(second.Client, [.. toFirst.Batches, .. toSecond.Batches], 3));
        first.Kill();
        second.Kill();
        var (code, text) = await ApiProcess.CommandAsync("verify", settings);
        Assert.True(code == 0, text);
    }
}
