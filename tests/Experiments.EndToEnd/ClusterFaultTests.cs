using System.Diagnostics;
using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;

namespace Experiments.EndToEnd;

/// <summary>A primary of a cluster of six is killed while two services take events in; its replica takes over.</summary>
public sealed class ClusterFaultTests(ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Kill_OfAPrimary_LosesNothingOnceSendersHaveHeardOfTheNewEpoch(int replicas)
    {
        await using var cluster = await RedisClusterOfSix.StartAsync();
        using var folder = new TemporaryFolder();
        string[] settings =
        [
            $"--Experiments:Redis={cluster.ConnectionString}", $"--Experiments:RedisReplicas={replicas}", "--Experiments:Shards=8",
            $"--Experiments:Archive:Folder={folder.Path}",
        ];
        await using var first = await ApiProcess.StartAsync(settings);
        await using var second = await ApiProcess.StartAsync(settings);
        await BitEvents.DefineAsync(first.Client);
        using var stop = new CancellationTokenSource();
        BatchSender[] senders = [new(first.Client.Http, 1), new(first.Client.Http, 2), new(second.Client.Http, 3), new(second.Client.Http, 4)];
        var sending = senders.Select(s => Task.Run(() => s.RunAsync(stop.Token), Token)).ToList();
        await Task.Delay(2000, Token);

        var began = Stopwatch.GetTimestamp();
        cluster.Servers[0].Kill();
        var before = senders.Sum(s => s.Batches.Count(b => b.Acknowledged));
        await Task.Delay(5_000, Token);

        // Who waits for a replica is refused until there is one again: the killed primary comes back as one.
        if (replicas > 0) await cluster.Servers[0].RestartAsync();
        await Task.Delay(5_000, Token);
        Assert.True(senders.Sum(s => s.Batches.Count(b => b.Acknowledged)) > before, "Nothing was acknowledged any more.");
        await Task.Delay(2000, Token);
        await stop.CancelAsync();
        await Task.WhenAll(sending);
        foreach (var sender in senders) await sender.SendAgainAsync();

        output.WriteLine($"{replicas} replicas waited for, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s after the kill: "
            + await SentBatch.CheckAsync(second.Client, [.. senders.SelectMany(s => s.Batches)], 1));
        output.WriteLine($"{senders.Sum(s => s.SentAgain)} batches sent again, slowest refusal {senders.Max(s => s.SlowestRefusal).TotalSeconds:0.0} s");
    }
}
