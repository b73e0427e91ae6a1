using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;

namespace Experiments.Sdk.Tests;

public sealed class HealthCheckTests
{
    [Fact]
    public async Task Health_NoSnapshotThenLiveThenOld_SaysWhy()
    {
        var clock = new FakeTimeProvider();
        await using var service = new LoopbackService(start: false);
        await using var app = new TestApp(
            service.Endpoint, options => options.SnapshotPollInterval = TimeSpan.FromSeconds(10), clock, AddHealth);
        Assert.Contains("its own defaults", await ReasonAsync(app), StringComparison.Ordinal);

        app.Client.Offer(Make.Snapshot(Make.Experiment("a", "p")));
        var live = await CheckAsync(app);
        Assert.Equal((HealthStatus.Healthy, "Live"), (live.Status, live.Data["snapshotOrigin"]));

        // Three looks of 10 s, each of which may last 10 s.
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(app)).Status);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("61 s ago", await ReasonAsync(app), StringComparison.Ordinal);

        app.Client.Offer(Make.Snapshot(Make.Experiment("a", "p")) with { Version = 2 });
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(app)).Status);
    }

    [Fact]
    public async Task Health_SnapshotFromDisk_SaysSo()
    {
        using var folder = new TemporaryFolder();
        void Configure(ExperimentsOptions options) => (options.InMemoryOnly, options.Folder, options.StartupWait) = (false, folder.Path, TimeSpan.Zero);
        await using var service = new LoopbackService { Snapshot = Make.Snapshot(Make.Experiment("a", "p")) };
        await using (var first = new TestApp(service.Endpoint, Configure, services: AddHealth))
        {
            await first.Client.ReadyAsync(TestContext.Current.CancellationToken);
            await TestApp.EventuallyAsync(() => first.Client.SnapshotOrigin == SnapshotOrigin.Live);
            Assert.Equal(HealthStatus.Healthy, (await CheckAsync(first)).Status);
        }

        await service.StopAsync();
        await using var second = new TestApp(service.Endpoint, Configure, services: AddHealth);
        await second.Client.ReadyAsync(TestContext.Current.CancellationToken);
        Assert.Contains("an earlier start", await ReasonAsync(second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_OutboxSheds_SaysSoUntilThereIsRoom()
    {
        await using var service = new LoopbackService();
        await using var app = new TestApp(service.Endpoint, options => options.OutboxCapacity = 100, services: AddHealth);
        app.Client.Offer(Make.Snapshot(Make.Experiment("a", "p")));
        for (var i = 0; i < 79; i++) app.Client.Track("purchase", $"u{i}");
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(app)).Status);
        for (var i = 79; i < 200; i++) app.Client.Track("purchase", $"u{i}");
        Assert.Contains($"{app.Counts().Dropped} are dropped", await ReasonAsync(app), StringComparison.Ordinal);

        await app.FlushAsync();
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(app)).Status);
    }

    private static void AddHealth(IServiceCollection services) => services.AddHealthChecks().AddExperimentsHealth();

    private static async Task<HealthReportEntry> CheckAsync(TestApp app) =>
        (await app.Get<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["experiments"];

    private static async Task<string> ReasonAsync(TestApp app)
    {
        var entry = await CheckAsync(app);
        Assert.Equal(HealthStatus.Degraded, entry.Status);
        return entry.Description!;
    }
}
