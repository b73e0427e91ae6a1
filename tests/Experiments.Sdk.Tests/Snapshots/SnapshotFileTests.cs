using Experiments.Sdk.Snapshots;

namespace Experiments.Sdk.Tests.Snapshots;

public sealed class SnapshotFileTests
{
    private const int UnusableFolder = 1006;
    private const int SetAside = 1007;

    [Fact]
    public async Task Start_ServiceAway_TheLastSnapshotFromDiskThenTheLiveOne()
    {
        using var folder = new TemporaryFolder();
        await using var service = new LoopbackService(start: false);
        await LeaveSnapshotAsync(folder, service, version: 5);

        var started = TimeProvider.System.GetTimestamp();
        await using var app = App(service, folder);
        Assert.True(await app.Client.ReadyAsync(TestContext.Current.CancellationToken));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0, 8);
        Assert.Equal(("a", SnapshotOrigin.Disk), (app.Client.Peek("p", "u", "").Experiment, app.Client.SnapshotOrigin));
        Assert.Equal(5, app.Client.Peek("p", "u", "").SnapshotVersion);

        // A service whose store was put back counts from lower: it is heard all the same.
        service.Snapshot = Make.Snapshot(Make.Experiment("b", "p")) with { Version = 3 };
        service.Start();
        await TestApp.EventuallyAsync(() => app.Client.Peek("p", "u", "").Experiment == "b");
        Assert.Equal(SnapshotOrigin.Live, app.Client.SnapshotOrigin);
        Assert.Equal(0, app.Messages.Count(SetAside));
    }

    [Fact]
    public async Task Write_Always_ForTheOwnerOnlyAndNoTemporaryLeft()
    {
        using var folder = new TemporaryFolder();
        await using var service = new LoopbackService(start: false);
        await LeaveSnapshotAsync(folder, service, version: 5);

        var file = Assert.Single(folder.Files("snapshot*"));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Start_TwoHundredMutations_EachSetAsideWithOneWarningNeverServed()
    {
        using var folder = new TemporaryFolder();
        await using var service = new LoopbackService(start: false);
        await LeaveSnapshotAsync(folder, service, version: 5);
        var path = Path.Combine(folder.Path, SnapshotFile.Name);
        var good = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        using var otherFolder = new TemporaryFolder();
        await LeaveSnapshotAsync(otherFolder, service, version: 6, apiKey: "another");
        var foreign = await File.ReadAllBytesAsync(Path.Combine(otherFolder.Path, SnapshotFile.Name), TestContext.Current.CancellationToken);

        var random = new Random(20261124);
        for (var i = 0; i < 200; i++)
        {
            await File.WriteAllBytesAsync(path, Mutate(good, foreign, i % 6, random), TestContext.Current.CancellationToken);
            await using var app = App(service, folder, wait: 0);
            await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
            var assignment = app.Client.Peek("p", "u", "default");
            Assert.True(assignment is { Value: "default", Reason: AssignmentReason.NotReady }, $"mutation {i} was served");
            Assert.Equal(SnapshotOrigin.None, app.Client.SnapshotOrigin);
            Assert.Equal((1, 0), (app.Messages.Count(SetAside), app.Messages.Count(UnusableFolder)));
            Assert.False(File.Exists(path));
            Assert.True(File.Exists(path + DataFolder.AsideEnding));
        }

        await File.WriteAllBytesAsync(path, good, TestContext.Current.CancellationToken);
        await using var last = App(service, folder);
        await last.Client.ReadyAsync(TestContext.Current.CancellationToken);
        Assert.Equal(SnapshotOrigin.Disk, last.Client.SnapshotOrigin);
    }

    [Fact]
    public async Task Start_FolderUnusable_OneWarningAndGoesOnInMemory()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await using var service = new LoopbackService { Snapshot = Make.Snapshot(Make.Experiment("a", "p")) };
        await using var app = new TestApp(service.Endpoint, options => (options.InMemoryOnly, options.Folder) = (false, Path.Combine(file, "below")));
        await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
        app.Client.GetValue("p", "u", "");
        await app.FlushAsync();

        Assert.Equal(("a", SnapshotOrigin.Live), (app.Client.Peek("p", "u", "").Experiment, app.Client.SnapshotOrigin));
        Assert.Single(service.Accepted);
        Assert.Equal(1, app.Messages.Count(UnusableFolder));
    }

    private static TestApp App(LoopbackService service, TemporaryFolder folder, string? apiKey = null, double wait = 10) => new(service.Endpoint, options =>
    {
        (options.InMemoryOnly, options.Folder, options.ApiKey) = (false, folder.Path, apiKey);
        (options.StartupWait, options.ShutdownWait) = (TimeSpan.FromSeconds(wait), TimeSpan.Zero);
    });

    private static async Task LeaveSnapshotAsync(TemporaryFolder folder, LoopbackService service, long version, string? apiKey = null)
    {
        service.Snapshot = Make.Snapshot(Make.Experiment("a", "p")) with { Version = version };
        service.Start();
        await using (var app = App(service, folder, apiKey))
        {
            await app.Client.ReadyAsync(TestContext.Current.CancellationToken);
            await TestApp.EventuallyAsync(() => File.Exists(Path.Combine(folder.Path, SnapshotFile.Name)));
        }

        await service.StopAsync();
    }

    private static byte[] Mutate(byte[] good, byte[] foreign, int kind, Random random)
    {
        var bytes = good.ToArray();
        switch (kind)
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                random.NextBytes(bytes);
                return bytes;
            case 2:
                return foreign;
            case 3:
                bytes[8] = (byte)(bytes[8] - 1);                       // the schema version of before
                return bytes;
            case 4:
                return [.. bytes, .. bytes.AsSpan(0, random.Next(1, 64))];
            default:
                for (var flips = random.Next(1, 4); flips > 0; flips--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes.AsSpan().SequenceEqual(good) ? bytes[..^1] : bytes;
        }
    }
}
