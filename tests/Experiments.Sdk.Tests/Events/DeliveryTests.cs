namespace Experiments.Sdk.Tests.Events;

public sealed class DeliveryTests
{
    [Fact]
    public async Task Track_ServiceUp_EventArrivesWithAllItSays()
    {
        await using var service = new LoopbackService();
        await using var app = new TestApp(service.Endpoint, options => options.ApiKey = "key-1");
        var at = new DateTimeOffset(2026, 11, 24, 12, 5, 0, TimeSpan.FromHours(2));
        app.Client.Track("purchase", "Zoë", 49.9, new TrackDetails { Id = "order-1", At = at, Channel = "store", Phase = "during" });
        app.Client.Track("visit", "u2", 1, new ExperimentContext { Channel = "web" });
        await app.FlushAsync();

        var purchase = service.Accepted["order-1"];
        Assert.Equal("kpi", purchase.GetProperty("type").GetString());
        Assert.Equal("Zoë", purchase.GetProperty("user").GetString());
        Assert.Equal("purchase", purchase.GetProperty("event").GetString());
        Assert.Equal(49.9, purchase.GetProperty("value").GetDouble());
        Assert.Equal("store", purchase.GetProperty("channel").GetString());
        Assert.Equal("during", purchase.GetProperty("phase").GetString());
        Assert.Equal(at, purchase.GetProperty("at").GetDateTimeOffset());
        var visit = service.Accepted.Values.Single(item => item.GetProperty("event").GetString() == "visit");
        Assert.Equal("web", visit.GetProperty("channel").GetString());
        Assert.Equal(7, Guid.Parse(visit.GetProperty("id").GetString()!).Version);
        Assert.All(service.Authorizations, authorization => Assert.Equal("Bearer key-1", authorization));
        Assert.Equal(2, app.Counts().Delivered);
    }

    [Fact]
    public async Task Track_ContextAndDetails_DetailsWin()
    {
        await using var service = new LoopbackService();
        await using var app = new TestApp(service.Endpoint);
        var context = new ExperimentContext { Channel = "web", Phase = "before" };
        app.Client.Track("purchase", "u", 1, context, new TrackDetails { Id = "order-1", Channel = "store" });
        app.Client.Track("purchase", "u", 1, null, null);
        app.Client.Track("purchase", "u", double.NaN, context, null);
        await app.FlushAsync();

        var purchase = service.Accepted["order-1"];
        Assert.Equal("store", purchase.GetProperty("channel").GetString());
        Assert.Equal("before", purchase.GetProperty("phase").GetString());
        Assert.Equal(2, app.Counts().Delivered);
        Assert.Equal(1, app.Counts().Dropped);
    }

    [Fact]
    public async Task Track_ManyEvents_BatchesOfTheSizeAsked()
    {
        await using var service = new LoopbackService();
        await using var app = new TestApp(service.Endpoint, options => options.BatchSize = 100);
        for (var i = 0; i < 1234; i++) app.Client.Track("visit", $"u{i}");
        await app.FlushAsync();

        Assert.Equal(1234, service.Accepted.Count);
        Assert.True(service.BatchSizes.All(size => size <= 100));
        Assert.InRange(service.BatchSizes.Count, 13, 40);
        Assert.Equal(1234, app.Counts().Delivered);
    }

    [Fact]
    public async Task Deliver_RetryAfter_WaitsAsAskedThenEachEventOnce()
    {
        await using var service = new LoopbackService();
        service.EventAnswers.Enqueue(new(503, "", ("Retry-After", "1")));
        service.EventAnswers.Enqueue(new(429, "{}", ("Retry-After", "0")));
        await using var app = new TestApp(service.Endpoint);
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 10; i++) app.Client.Track("visit", $"u{i}");
        await app.FlushAsync();

        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 1, 60);
        Assert.Equal(10, service.Accepted.Count);
        Assert.Equal(3, service.Posts);
        Assert.Equal(1, app.Messages.Count(1010));
        Assert.Equal(1, app.Messages.Count(1011));
        Assert.Equal((10, 0), (app.Counts().Delivered, app.Counts().Dropped));
    }

    [Theory]
    [InlineData(408, "")]
    [InlineData(500, "boom")]
    [InlineData(200, "<html>a proxy's page</html>")]
    [InlineData(202, "{truncated")]
    [InlineData(202, "")]
    [InlineData(202, "[1]")]
    [InlineData(302, "")]
    public async Task Deliver_NoReceipt_SentAgain(int status, string body)
    {
        await using var service = new LoopbackService();
        service.EventAnswers.Enqueue(new(status, body));
        await using var app = new TestApp(service.Endpoint);
        app.Client.Track("visit", "u");
        await app.FlushAsync();

        Assert.Equal((1, 2), (service.Accepted.Count, service.Posts));
        Assert.Equal((1, 0), (app.Counts().Delivered, app.Counts().Dropped));
    }

    [Fact]
    public async Task Deliver_ConnectionRefusedThenBack_NothingIsLost()
    {
        await using var service = new LoopbackService(start: false);
        await using var app = new TestApp(service.Endpoint, options => options.StartupWait = TimeSpan.Zero);
        Assert.False(await app.Client.ReadyAsync(TestContext.Current.CancellationToken));
        for (var i = 0; i < 50; i++) app.Client.Track("visit", $"u{i}");
        await TestApp.EventuallyAsync(() => app.Messages.Count(1010) == 1);
        Assert.Equal(50, app.Counts().Waiting);

        service.Start();
        await app.FlushAsync();
        Assert.Equal(50, service.Accepted.Count);
        Assert.Equal(50, app.Counts().Delivered);
    }

    [Theory]
    [InlineData(401, """{"code":"key-unknown","detail":"The key is not known."}""", "key-unknown")]
    [InlineData(400, "not json", "status-400")]
    [InlineData(422, """{"accepted":0,"duplicates":0,"rejected":[{"index":0,"id":"x","code":"in-the-future","detail":"d"}]}""", "in-the-future")]
    public async Task Deliver_Refused_DroppedCountedAndToldOnce(int status, string body, string code)
    {
        await using var service = new LoopbackService();
        service.OnEvents = _ => new(status, body);
        await using var app = new TestApp(service.Endpoint);
        for (var i = 0; i < 3; i++)
        {
            app.Client.Track("visit", $"u{i}");
            await app.FlushAsync();
        }

        Assert.Equal(3, service.Posts);
        Assert.Equal(3, app.Counts().Dropped);
        var message = Assert.Single(app.Messages.All, message => message.Id == 1012);
        Assert.Contains(code, message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deliver_SomeRejected_TheOthersAreDelivered()
    {
        await using var service = new LoopbackService();
        service.OnEvents = events => new(
            202,
            $$"""
            {"accepted":{{events.GetArrayLength() - 2}},"duplicates":0,
             "rejected":[{"index":0,"id":"a","code":"unknown-variant","detail":"d"},{"index":1,"id":"b","code":"unknown-variant","detail":"d"}]}
            """);
        await using var app = new TestApp(service.Endpoint, options => options.FlushInterval = TimeSpan.FromSeconds(1));
        for (var i = 0; i < 10; i++) app.Client.Track("visit", $"u{i}");
        await app.FlushAsync();

        Assert.Equal((8, 2), (app.Counts().Delivered, app.Counts().Dropped));
        Assert.Equal(1, app.Messages.Count(1012));
    }

    [Fact]
    public async Task Deliver_TooLarge_HalvesUntilItFits()
    {
        await using var service = new LoopbackService();
        service.OnEvents = events => events.GetArrayLength() > 3 ? new(413) : null;
        await using var app = new TestApp(service.Endpoint);
        for (var i = 0; i < 20; i++) app.Client.Track("visit", $"u{i}");
        await app.FlushAsync();

        Assert.Equal(20, service.Accepted.Count);
        Assert.Equal(20, app.Counts().Delivered);
    }

    [Fact]
    public async Task Dispose_EventsWaiting_TheyAreDelivered()
    {
        await using var service = new LoopbackService();
        service.Snapshot = Make.Snapshot();
        var app = new TestApp(service.Endpoint, options => options.FlushInterval = TimeSpan.FromMinutes(1));
        await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 700; i++) app.Client.Track("visit", $"u{i}");
        await app.DisposeAsync();

        Assert.Equal(700, service.Accepted.Count);
        Assert.Equal((700, 0, 0), (app.Counts().Delivered, app.Counts().Waiting, app.Counts().Dropped));
        app.Client.Track("visit", "late");
        Assert.Equal(1, app.Counts().Dropped);
    }

    [Fact]
    public async Task Dispose_NeverStarted_WhatWasTrackedIsDelivered()
    {
        await using var service = new LoopbackService();
        var app = new TestApp(service.Endpoint);
        app.Client.Track("visit", "u");
        await app.DisposeAsync();

        Assert.Single(service.Accepted);
        Assert.Equal(1, app.Counts().Delivered);
    }

    [Fact]
    public async Task Dispose_ServiceAway_EndsInTimeAndCountsTheLoss()
    {
        await using var service = new LoopbackService(start: false);
        var app = new TestApp(service.Endpoint, options =>
        {
            options.StartupWait = TimeSpan.Zero;
            options.ShutdownWait = TimeSpan.FromMilliseconds(300);
        });
        await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 70; i++) app.Client.Track("visit", $"u{i}");
        var started = TimeProvider.System.GetTimestamp();
        await app.DisposeAsync();

        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 5);
        Assert.Equal((0, 0, 70), (app.Counts().Delivered, app.Counts().Waiting, app.Counts().Dropped));
        Assert.Equal(1, app.Messages.Count(1014));
    }

    [Fact]
    public async Task Track_NoRoom_ShedsByUserAndCounts()
    {
        await using var service = new LoopbackService(start: false);
        await using var app = new TestApp(service.Endpoint, options =>
        {
            options.OutboxCapacity = 1000;
            options.StartupWait = TimeSpan.Zero;
            options.ShutdownWait = TimeSpan.Zero;
        });
        for (var i = 0; i < 5000; i++) app.Client.Track("visit", $"u{i % 500}");

        var counts = app.Counts();
        Assert.Equal(5000, counts.Enqueued);
        Assert.InRange(counts.Waiting, 800, 1000);
        Assert.Equal(5000 - counts.Waiting, counts.Dropped);
        Assert.Equal(1, app.Messages.Count(1013));
    }

    [Fact]
    public async Task Track_BadInput_CountedNeverThrown()
    {
        await using var service = new LoopbackService();
        await using var app = new TestApp(service.Endpoint);
        app.Client.Track("", "u");
        app.Client.Track(null!, "u");
        app.Client.Track("visit", null!);
        app.Client.Track("visit", new string('x', 513));
        app.Client.Track("visit", "a\u0000b");
        app.Client.Track("visit", "u", double.NaN);
        app.Client.Track("visit", "u", double.PositiveInfinity);
        app.Client.Track("lone \ud800", "u");
        app.Client.Track("visit", "u", 1, new TrackDetails { Id = "\udc00" });
        app.Client.Track("visit", "u", 1, new TrackDetails { Id = "" });
        app.Client.Track("visit", "u", 1, new ExperimentContext { Channel = "\ud800" });
        app.Client.Track("visit", "kept", 1, new TrackDetails { Id = "\ufffd" });
        await app.FlushAsync();

        Assert.Equal((1, 11), (app.Counts().Delivered, app.Counts().Dropped));
        Assert.Equal("kept", Assert.Single(service.Accepted).Value.GetProperty("user").GetString());
    }

    [Fact]
    public async Task Track_ManyThreads_CountsStayExact()
    {
        await using var service = new LoopbackService();
        await using var app = new TestApp(service.Endpoint, options => options.BatchSize = 1000);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++)
            {
                app.Client.Track("visit", $"u{thread}-{i}");
                if (i % 500 == 0) app.Counts();
            }
        })));
        await app.FlushAsync();

        Assert.Equal(20_000, service.Accepted.Count);
        Assert.Equal(20_000, app.Counts().Delivered);
    }
}
