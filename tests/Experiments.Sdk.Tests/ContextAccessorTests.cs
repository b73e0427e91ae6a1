using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Sdk.Tests;

public sealed class ContextAccessorTests
{
    [Fact]
    public async Task GetValue_NoContextGiven_ThatOfTheRequestAndNeverThatOfAnother()
    {
        await using var service = new LoopbackService
        {
            Snapshot = Make.Snapshot(Make.Experiment("a", "p") with { Breakdowns = ["channel"] }),
        };
        var accessor = new Accessor();
        await using var app = new TestApp(service.Endpoint, services: services => services.AddSingleton<IExperimentContextAccessor>(accessor));
        await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(async () =>
        {
            accessor.Local.Value = new ExperimentContext { Channel = $"c{i}" };
            await Task.Yield();
            app.Client.GetValue("p", $"u{i}", "");
            app.Client.Track("visit", $"u{i}");
        })));
        await app.FlushAsync();

        Assert.Equal(2000, service.Accepted.Count);
        Assert.All(service.Accepted.Values, item => Assert.Equal(
            "c" + item.GetProperty("user").GetString()![1..],
            (item.TryGetProperty("attributes", out var attributes) ? attributes : item).GetProperty("channel").GetString()));
    }

    [Fact]
    public async Task GetValue_AccessorThrows_GoesOnWithoutAContextAndSaysItOnce()
    {
        await using var service = new LoopbackService { Snapshot = Make.Snapshot(Make.Experiment("a", "p")) };
        await using var app = new TestApp(
            service.Endpoint, services: services => services.AddSingleton<IExperimentContextAccessor>(new Accessor { Throws = true }));
        await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 3; i++) Assert.Equal(AssignmentReason.Split, app.Client.GetAssignment("p", "u", "").Reason);
        Assert.Equal(1, app.Messages.Count(1021));
    }

    [Fact]
    public async Task Status_AfterDelivery_SaysWhatIsThere()
    {
        await using var service = new LoopbackService { Snapshot = Make.Snapshot(Make.Experiment("a", "p")) };
        await using var app = new TestApp(service.Endpoint);
        Assert.Equal((SnapshotOrigin.None, 0L, null), (app.Client.Status.SnapshotOrigin, app.Client.Status.SnapshotVersion, app.Client.Status.SnapshotAge));
        await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
        app.Client.Track("visit", "u");
        app.Client.Track("", "u");
        await app.FlushAsync();

        var status = app.Client.Status;
        Assert.Equal((SnapshotOrigin.Live, 1L), (status.SnapshotOrigin, status.SnapshotVersion));
        Assert.InRange(status.SnapshotAge!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal((2, 1, 0, 1), (status.EventsEnqueued, status.EventsDelivered, status.EventsWaiting, status.EventsDropped));
    }

    private sealed class Accessor : IExperimentContextAccessor
    {
        public AsyncLocal<ExperimentContext?> Local { get; } = new();

        public bool Throws { get; init; }

        public ExperimentContext? Current => Throws ? throw new InvalidOperationException() : Local.Value;
    }
}
