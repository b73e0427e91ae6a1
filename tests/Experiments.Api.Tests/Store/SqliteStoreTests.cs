using System.Runtime.Versioning;
using Experiments.Api.Store;
using Experiments.Api.Store.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Experiments.Api.Tests.Store;

/// <summary>The embedded store: the conformance suite, and what only a folder has.</summary>
public sealed class SqliteStoreTests : StoreConformance
{
    private readonly TemporaryFolder _folder = new();

    private protected override ValueTask<IStore> OpenAsync() => new(Open());

    private protected override ValueTask CleanAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Open_FolderInUse_IsRefusedWithWhatToDo()
    {
        var refused = Assert.Throws<StoreRefusedException>(() => Open());

        Assert.Contains(_folder.Path, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Experiments:Data", refused.Message, StringComparison.Ordinal);
        await CommitNowAsync("s0", Put("a", "1")); // the one that holds it is not disturbed
    }

    [Fact]
    public async Task Open_FolderReleased_Succeeds()
    {
        await Store.DisposeAsync();
        await using var store = Open();

        await store.PingAsync(Token);
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public void Open_NewFolder_IsPrivateToItsUser()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        const UnixFileMode Others = (UnixFileMode)0b000_111_111;

        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(_folder.Path) & Others);
        Assert.All(Directory.GetFiles(_folder.Path), file => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & Others));
    }

    [Fact]
    public async Task Dispose_AfterCommits_LeavesOneDataFile()
    {
        await CommitNowAsync("s0", Put("a", "1"));
        await Store.DisposeAsync();

        Assert.Equal(
            ["experiments.db", "experiments.lock"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("PRAGMA user_version = 2", "newer version")]
    [InlineData("PRAGMA application_id = 42", "another program")]
    public async Task Open_FileNotOurs_IsRefused(string change, string expected)
    {
        await Store.DisposeAsync();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "experiments.db")};Pooling=False"))
        {
            connection.Open();
            SqliteSchema.Execute(connection, change);
        }

        Assert.Contains(expected, Assert.Throws<StoreRefusedException>(() => Open()).Message, StringComparison.Ordinal);
        Assert.Throws<StoreRefusedException>(() => Open()); // for the same reason: a refused folder is not held
    }

    [Fact]
    public async Task Open_DamagedFile_SaysSo()
    {
        await Store.DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "experiments.db"), new string('x', 8192), Token);

        Assert.Contains("damaged", Assert.Throws<StoreUnavailableException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commit_DiskFull_SaysSoAndWorksWhenSpaceReturns()
    {
        await Store.DisposeAsync();
        await using var store = Open(maxPages: 200);
        var block = new byte[50_000];
        var version = ShardVersion.None;

        var full = await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                version = (await store.CommitAsync("s0", version, new([new("last", Bytes(Number(i)))], block), Token))!.Value;
            }
        });

        Assert.Contains("full", full.Message, StringComparison.Ordinal);
        var read = await store.ReadAsync("s0", ["last"], Token);
        Assert.Equal(version, read.Version);
        Assert.Equal(Number(version.Number - 1), Text(read.Values[0]));
        await store.TrimLogAsync("s0", version.Number, Token);
        Assert.NotNull(await store.CommitAsync("s0", version, new([], block), Token));
    }

    [Fact]
    public async Task Commit_Thousands_KeepTheLogFileBounded()
    {
        for (var i = 0; i < 60; i++)
        {
            await CommitNowAsync("s0", new([new("a", new byte[2_000_000])]));
        }

        Assert.InRange(new FileInfo(Path.Combine(_folder.Path, "experiments.db-wal")).Length, 0, 80L * 1024 * 1024);
    }

    [Fact]
    public async Task Commit_OneAtFaultInAGroup_FailsAlone()
    {
        var good = Enumerable.Range(0, 20)
            .Select(i => Store.CommitAsync($"s{i}", ShardVersion.None, Put("a", "1"), Token))
            .ToArray();
        var faulty = Store.CommitAsync("bad", ShardVersion.None, Put("\uD800", "1"), Token);
        var better = Store.CommitAsync("good", ShardVersion.None, Put("a", "1"), Token);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => faulty);
        Assert.All(await Task.WhenAll([.. good, better]), version => Assert.Equal(1, version!.Value.Number));
        Assert.Equal(ShardVersion.None, (await Store.ReadAsync("bad", [], Token)).Version);
    }

    private SqliteStore Open(long? maxPages = null) => SqliteStore.Open(_folder.Path, NullLogger.Instance, maxPages);
}
