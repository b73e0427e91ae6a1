using Experiments.Sdk.Events;

namespace Experiments.Sdk.Tests.Events;

public sealed class DurableOutboxTests
{
    private const int UnusableFolder = 1006;
    private const int SetAside = 1007;

    [Fact]
    public async Task Restart_ServiceAway_TheNextProcessDeliversAndNoFileStays()
    {
        using var folder = new TemporaryFolder();
        await using var service = new LoopbackService(start: false);
        await LeaveEventsAsync(service, folder, 1000);

        service.Start();
        await using var app = App(service, folder);
        await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
        await TestApp.EventuallyAsync(() => app.Counts() is { Waiting: 0, Delivered: 1000 });
        app.Client.Track("visit", "u");
        await app.FlushAsync();
        Assert.Equal(1001, service.Accepted.Count);
        await app.DisposeAsync();
        Assert.Empty(folder.Files("outbox-*"));
    }

    [Fact]
    public async Task Dispose_TenThousandQueued_PersistedInTimeNoneLost()
    {
        using var folder = new TemporaryFolder();
        await using var service = new LoopbackService(start: false);
        var app = App(service, folder);
        await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 10_000; i++) app.Client.Track("visit", $"u{i}");
        var started = TimeProvider.System.GetTimestamp();
        await app.DisposeAsync();

        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 5);
        Assert.Equal((10_000, 0), (app.Counts().Waiting, app.Counts().Dropped));
        Assert.Equal(10_000, EventsIn(folder).Count);
    }

    [Fact]
    public async Task Adopt_TwoProcessesOnOneFolder_EachEventOnceAndTheLivingOneKeepsItsOwn()
    {
        using var folder = new TemporaryFolder();
        await using var service = new LoopbackService(start: false);
        await LeaveEventsAsync(service, folder, 500);
        await LeaveEventsAsync(service, folder, 300);
        await using var first = App(service, folder);
        await first.Client.ReadyAsync(TestContext.Current.CancellationToken);
        first.Client.Track("visit", "first");
        Assert.True(await first.Client.PersistAsync(TestContext.Current.CancellationToken));
        await using var second = App(service, folder);
        await second.Client.ReadyAsync(TestContext.Current.CancellationToken);
        second.Client.Track("visit", "second");
        Assert.True(await second.Client.PersistAsync(TestContext.Current.CancellationToken));
        Assert.Equal((801, 1), (first.Counts().Waiting, second.Counts().Waiting));

        service.Start();
        await first.FlushAsync();
        await second.FlushAsync();
        Assert.Equal(802, service.Accepted.Count);
        Assert.Equal(802, service.BatchSizes.Sum());
    }

    [Fact]
    public async Task Adopt_TwoHundredMutations_GoodEventsBeforeAreKeptTheRestSetAside()
    {
        using var source = new TemporaryFolder();
        await using var away = new LoopbackService(start: false);
        await LeaveEventsAsync(away, source, 60);
        var good = await File.ReadAllBytesAsync(Assert.Single(source.Files("*" + SegmentOwner.SegmentEnding)), TestContext.Current.CancellationToken);
        var users = EventsIn(source);
        var random = new Random(20261124);
        var kept = 0;
        for (var i = 0; i < 200; i++)
        {
            using var folder = new TemporaryFolder();
            var (bytes, firstDamage) = Mutate(good, i % 5, random);
            await File.WriteAllBytesAsync(
                Path.Combine(folder.Path, $"outbox-0-00000001{SegmentOwner.SegmentEnding}"), bytes, TestContext.Current.CancellationToken);
            await using var app = App(away, folder);
            await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
            app.Client.Track("visit", "new");
            Assert.True(await app.Client.PersistAsync(TestContext.Current.CancellationToken));

            // Exactly the events that end before the first damaged byte, in their order, then the new one.
            var expected = users.TakeWhile(item => item.End <= firstDamage).Count();
            kept += expected;
            Assert.Equal(expected + 1, app.Counts().Waiting);

            // Cut between two events, or before the header, there is nothing to set aside.
            var clean = bytes.Length is 0 or SegmentFormat.HeaderLength || users.Exists(item => item.End == bytes.Length && item.End <= firstDamage);
            Assert.Equal(clean ? 0 : 1, app.Messages.Count(SetAside));
            Assert.Equal(0, app.Messages.Count(UnusableFolder));
        }

        Assert.InRange(kept, 1000, 10_000);
    }

    [Fact]
    public async Task Track_FullByBytes_ShedsByUserAndCounts()
    {
        using var folder = new TemporaryFolder();
        await using var service = new LoopbackService(start: false);
        await using var app = App(service, folder, options => options.OutboxBytes = 65_536);
        await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 2000; i++)
        {
            app.Client.Track("visit", $"u{i % 500}");
            if (i % 50 == 0) await app.Client.PersistAsync(TestContext.Current.CancellationToken);
        }

        await app.Client.PersistAsync(TestContext.Current.CancellationToken);
        var counts = app.Counts();
        Assert.Equal(2000, counts.Enqueued);
        Assert.InRange(counts.Dropped, 1000, 1990);
        Assert.InRange(folder.Files("outbox-*").Sum(file => new FileInfo(file).Length), 30_000, 66_000);
        Assert.Equal(1, app.Messages.Count(1013));
    }

    [Fact]
    public async Task Persist_InMemoryOnlyOrFolderUnusable_SaysSo()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await using var service = new LoopbackService();
        await using var memory = new TestApp(service.Endpoint);
        Assert.False(await memory.Client.PersistAsync(TestContext.Current.CancellationToken));
        await using var app = App(service, folder, options => options.Folder = Path.Combine(file, "below"));
        app.Client.Track("visit", "u");
        Assert.False(await app.Client.PersistAsync(TestContext.Current.CancellationToken));
        await app.FlushAsync();
        Assert.Single(service.Accepted);
        Assert.Equal((1, 1), (app.Counts().Delivered, app.Messages.Count(UnusableFolder)));
    }

    internal static TestApp App(LoopbackService service, TemporaryFolder folder, Action<ExperimentsOptions>? configure = null) =>
        new(service.Endpoint, options =>
        {
            (options.InMemoryOnly, options.Folder, options.OutboxFsync) = (false, folder.Path, false);
            (options.StartupWait, options.ShutdownWait) = (TimeSpan.Zero, TimeSpan.Zero);
            configure?.Invoke(options);
        });

    /// <summary>Events on disk with the position where each ends.</summary>
    internal static List<(string Json, int End)> EventsIn(TemporaryFolder folder)
    {
        var events = new List<(string, int)>();
        foreach (var path in folder.Files("*" + SegmentOwner.SegmentEnding).Order(StringComparer.Ordinal))
        {
            var bytes = File.ReadAllBytes(path);
            for (var position = SegmentFormat.HeaderLength; SegmentFormat.TryRead(bytes.AsSpan(position), out var json, out var consumed);)
            {
                position += consumed;
                events.Add((System.Text.Encoding.UTF8.GetString(json), position));
            }
        }

        return events;
    }

    private static async Task LeaveEventsAsync(LoopbackService service, TemporaryFolder folder, int count)
    {
        await using var app = App(service, folder);
        app.Client.Track("visit", "u0");
        for (var i = 1; i < count; i++) app.Client.Track("visit", $"u{i}");
    }

    private static (byte[] Bytes, int FirstDamage) Mutate(byte[] good, int kind, Random random)
    {
        var bytes = good.ToArray();
        var at = random.Next(bytes.Length);
        switch (kind)
        {
            case 0:
                return (bytes[..at], at);
            case 1:
                random.NextBytes(bytes);
                return (bytes, 0);
            case 2:
                bytes[8 + random.Next(16)] ^= 0x10;                    // another identity
                return (bytes, 0);
            case 3:
                return ([.. bytes, .. bytes.AsSpan(0, random.Next(1, SegmentFormat.HeaderLength))], bytes.Length);
            default:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return (bytes, at < SegmentFormat.HeaderLength ? 0 : at);
        }
    }
}
