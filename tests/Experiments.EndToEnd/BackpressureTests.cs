using System.Net;
using System.Text;
using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;

namespace Experiments.EndToEnd;

/// <summary>More comes in than goes out: senders are told to come back, before memory grows; apps are served all the same.</summary>
public sealed class BackpressureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_WhenNobodyKeepsTheArchive_AreAnswered429AndAssignmentGoesOn()
    {
        using var folder = new TemporaryFolder();
        await using var service = await ApiProcess.StartAsync(
            $"--Experiments:Data={folder.Path}", "--Experiments:Archive:Here=false", "--Experiments:Archive:MaximumWaitingEventsPerShard=1000");
        await BitEvents.DefineAsync(service.Client);
        var random = new Random(1);
        var taken = 0;
        HttpStatusCode status;
        do
        {
            var events = BitEvents.Group($"g{taken}", random);
            using var content = new StringContent(Event.Batch(events), Encoding.UTF8, "application/json");
            using var answer = await service.Client.Http.PostAsync(new Uri("/v1/events", UriKind.Relative), content, Token);
            status = answer.StatusCode;
            if (status == HttpStatusCode.TooManyRequests) Assert.NotNull(answer.Headers.RetryAfter);
            else taken++;
            Assert.True(taken < 20_000, "The inbox has no bound.");
        }
        while (status == HttpStatusCode.Accepted);

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        await service.Client.PostAsync("/v1/assignments", """{"user":"u"}""");
        var results = await service.Client.ResultsAsync(BitEvents.Experiment);
        Assert.Equal(taken * BitEvents.UsersPerVariant, BitEvents.Read(results, "a").Users);
    }

    [Fact]
    public async Task Events_WhileRedisAnswersNothing_AreRefusedInBoundedMemory()
    {
        await using var redis = await RedisServer.StartAsync("always");
        using var folder = new TemporaryFolder();
        await using var service = await ApiProcess.StartAsync(
            $"--Experiments:Redis={redis.ConnectionString}", $"--Experiments:Archive:Folder={folder.Path}",
            "--Experiments:Ledger:MaximumWaitingEventsPerShard=10000");
        await BitEvents.DefineAsync(service.Client);
        var before = service.PeakMemory();
        redis.Pause();
        var body = Event.Batch(Enumerable.Range(0, 2000).Select(i => Event.Exposure($"u{i}", BitEvents.Experiment, "a", new DateTimeOffset(2026, 3, 2, 1, 0, 0, TimeSpan.Zero))));
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await service.Client.Http.PostAsync(new Uri("/v1/events", UriKind.Relative), content, Token);
            return (answer.StatusCode, answer.Headers.RetryAfter);
        }));
        redis.Resume();

        Assert.All(answers, a => Assert.True(a.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, a.StatusCode.ToString()));
        Assert.All(answers, a => Assert.NotNull(a.RetryAfter));
        if (before is { } then) Assert.True(service.PeakMemory() < then + (400L << 20), $"{then >> 20} MB before, {service.PeakMemory() >> 20} MB after");
        await ApiClient.UntilAsync(() => service.Client.GetAsync("/health/ready"), r => r.Text("status") == "ready");
    }
}
