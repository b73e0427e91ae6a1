using Microsoft.Extensions.Time.Testing;

namespace Experiments.Sdk.Tests.Snapshots;

public sealed class SnapshotRefreshTests
{
    [Fact]
    public async Task Poll_Unchanged_NotModifiedUntilItChanges()
    {
        await using var service = new LoopbackService { Snapshot = Make.Snapshot(Make.Experiment("a", "p")) };
        await using var app = new TestApp(service.Endpoint);
        Assert.True(await app.Client.ReadyAsync(TestContext.Current.CancellationToken));
        Assert.Equal("a", app.Client.Peek("p", "u", "").Experiment);
        await TestApp.EventuallyAsync(() => service.SnapshotStatuses.Count(status => status == 304) >= 2);
        Assert.Equal(1, service.SnapshotStatuses.Count(status => status == 200));

        service.Snapshot = Make.Snapshot(Make.Experiment("b", "p")) with { Version = 2 };
        await TestApp.EventuallyAsync(() => app.Client.Peek("p", "u", "").Experiment == "b");

        // Another replica that lags behind does not turn back the clock.
        service.Snapshot = Make.Snapshot(Make.Experiment("old", "p")) with { Version = 1 };
        var asked = service.SnapshotStatuses.Count;
        await TestApp.EventuallyAsync(() => service.SnapshotStatuses.Count >= asked + 3);
        Assert.Equal("b", app.Client.Peek("p", "u", "").Experiment);
    }

    [Theory]
    [InlineData(500, "")]
    [InlineData(401, """{"code":"key-unknown"}""")]
    [InlineData(200, "<html>a proxy's page</html>")]
    [InlineData(200, "")]
    [InlineData(200, "null")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"version":2,"experiments":[{"key":""")]
    [InlineData(200, """{"version":2,"experiments":[{"key":"x"}]}""")]
    [InlineData(304, "")]
    public async Task Poll_BadAnswer_LastSnapshotGoesOn(int status, string body)
    {
        await using var service = new LoopbackService { Snapshot = Make.Snapshot(Make.Experiment("a", "p")) };
        await using var app = new TestApp(service.Endpoint);
        await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 3; i++) service.SnapshotAnswers.Enqueue(new(status, body));
        await TestApp.EventuallyAsync(() => service.SnapshotAnswers.IsEmpty);

        Assert.Equal("a", app.Client.Peek("p", "u", "").Experiment);
        Assert.InRange(app.Messages.Count(1001), 0, 1);
        await TestApp.EventuallyAsync(() => service.SnapshotStatuses.Last() is 200 or 304);
        Assert.Equal("a", app.Client.Peek("p", "u", "").Experiment);
    }

    [Fact]
    public async Task Ready_ServiceAway_EndsInTimeOnTheAppsDefaults()
    {
        var clock = new FakeTimeProvider();
        await using var service = new LoopbackService(start: false);
        await using var app = new TestApp(service.Endpoint, options => options.StartupWait = TimeSpan.FromSeconds(2), clock);
        var ready = app.Client.ReadyAsync(TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(1.999));
        Assert.False(ready.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.001));
        Assert.False(await ready);

        var assignment = app.Client.GetAssignment("p", "u", "default");
        Assert.Equal(("default", AssignmentReason.NotReady, AssignmentSource.None), (assignment.Value, assignment.Reason, assignment.Source));
        Assert.Equal(0, assignment.SnapshotVersion);

        service.Snapshot = Make.Snapshot(Make.Experiment("a", "p"));
        service.Start();
        await TestApp.EventuallyAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(0.1));
            return app.Client.Peek("p", "u", "").Experiment == "a";
        });
    }
}
