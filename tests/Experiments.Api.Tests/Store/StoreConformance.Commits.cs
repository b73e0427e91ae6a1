using System.Globalization;
using Experiments.Api.Store;

namespace Experiments.Api.Tests.Store;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task Read_ShardNeverWritten_HasNoVersionAndNoValues()
    {
        var read = await Store.ReadAsync("s0", ["a", "b"], Token);

        Assert.Equal(ShardVersion.None, read.Version);
        Assert.Equal(new ReadOnlyMemory<byte>?[] { null, null }, read.Values);
    }

    [Fact]
    public async Task Commit_ThenRead_SeesValuesInTheOrderAsked()
    {
        var version = await CommitNowAsync("s0", new([new("a", Bytes("1")), new("b", Bytes("2"))]));

        var read = await Store.ReadAsync("s0", ["b", "missing", "a"], Token);

        Assert.Equal(version, read.Version);
        Assert.Equal(["2", null, "1"], read.Values.Select(Text));
    }

    [Fact]
    public async Task Commit_EachTime_MovesTheVersionByOneWithAnotherGuid()
    {
        var first = await CommitNowAsync("s0", Put("a", "1"));
        var second = await CommitNowAsync("s0", Put("a", "2"));

        Assert.Equal((1, 2), (first.Number, second.Number));
        Assert.NotEqual(Guid.Empty, first.Commit);
        Assert.NotEqual(first.Commit, second.Commit);
        Assert.Equal("2", await GetAsync("s0", "a"));
    }

    [Fact]
    public async Task Commit_StaleVersion_WritesNothing()
    {
        var first = await CommitNowAsync("s0", Put("a", "1"));
        var second = await CommitNowAsync("s0", Put("a", "2"));

        var lost = await Store.CommitAsync("s0", first, new([new("a", Bytes("3"))], Bytes("entry")), Token);

        Assert.Null(lost);
        Assert.Equal(second, (await Store.ReadAsync("s0", [], Token)).Version);
        Assert.Equal("2", await GetAsync("s0", "a"));
        Assert.Empty((await LogAsync("s0")).Entries);
    }

    [Fact]
    public async Task Commit_SameNumberOtherGuid_WritesNothing()
    {
        var version = await CommitNowAsync("s0", Put("a", "1"));

        Assert.Null(await Store.CommitAsync("s0", version with { Commit = Guid.NewGuid() }, Put("a", "2"), Token));
        Assert.Equal("1", await GetAsync("s0", "a"));
    }

    [Fact]
    public async Task Commit_NoneExpectedOfAWrittenShard_WritesNothing()
    {
        await CommitNowAsync("s0", Put("a", "1"));

        Assert.Null(await Store.CommitAsync("s0", ShardVersion.None, Put("a", "2"), Token));
        Assert.Equal("1", await GetAsync("s0", "a"));
    }

    [Fact]
    public async Task Commit_SomeVersionExpectedOfANewShard_WritesNothing()
    {
        Assert.Null(await Store.CommitAsync("s0", new(1, Guid.NewGuid()), Put("a", "1"), Token));
        Assert.Null(await GetAsync("s0", "a"));
    }

    [Fact]
    public async Task Commit_NullValue_RemovesTheKeyAndOnlyThat()
    {
        await CommitNowAsync("s0", new([new("a", Bytes("1")), new("b", Bytes("2"))]));
        await CommitNowAsync("s0", new([StoreWrite.Remove("a"), StoreWrite.Remove("never"), new("c", Bytes("3"))]));

        var read = await Store.ReadAsync("s0", ["a", "b", "c"], Token);
        Assert.Equal([null, "2", "3"], read.Values.Select(Text));
    }

    [Fact]
    public async Task Commit_OnlyRemovals_MovesTheVersion()
    {
        await CommitNowAsync("s0", Put("a", "1"));
        var version = await CommitNowAsync("s0", new([StoreWrite.Remove("a")]));

        Assert.Equal(2, version.Number);
        Assert.Null(await GetAsync("s0", "a"));
    }

    [Fact]
    public async Task Commit_EmptyValue_IsNotAnAbsentOne()
    {
        await CommitNowAsync("s0", Put("a", ""));

        Assert.Equal("", await GetAsync("s0", "a"));
    }

    [Fact]
    public async Task Commit_Nothing_MovesTheVersion()
    {
        var version = await CommitNowAsync("s0", new([]));

        Assert.Equal(1, version.Number);
        Assert.Equal(version, (await Store.ReadAsync("s0", [], Token)).Version);
    }

    [Fact]
    public async Task Commit_OneShard_LeavesTheOthersAlone()
    {
        await CommitNowAsync("s0", new([new("a", Bytes("1"))], Bytes("entry")));

        Assert.Equal(ShardVersion.None, (await Store.ReadAsync("s1", [], Token)).Version);
        Assert.Null(await GetAsync("s1", "a"));
        Assert.Empty((await LogAsync("s1")).Entries);
    }

    [Fact]
    public async Task Commit_ManyInARaceOnOneShard_LosesNoAddition()
    {
        const int Writers = 8;
        const int Each = 15;

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(
            async () =>
            {
                for (var done = 0; done < Each;)
                {
                    var read = await Store.ReadAsync("s0", ["sum"], Token);
                    var sum = int.Parse(Text(read.Values[0]) ?? "0", CultureInfo.InvariantCulture) + 1;
                    var commit = new StoreCommit([new("sum", Bytes(Number(sum)))], Bytes(Number(sum)));
                    done += await Store.CommitAsync("s0", read.Version, commit, Token) is null ? 0 : 1;
                }
            },
            Token)));

        Assert.Equal(Number(Writers * Each), await GetAsync("s0", "sum"));
        Assert.Equal(Enumerable.Range(1, Writers * Each).Select(i => Number(i)), (await LogAsync("s0")).Entries);
        Assert.Equal(Writers * Each, (await Store.ReadAsync("s0", [], Token)).Version.Number);
    }

    [Fact]
    public async Task Commit_ManyKeysBesideReaders_IsSeenWholeOrNotAtAll()
    {
        string[] keys = [.. Enumerable.Range(0, 50).Select(i => $"k{i}")];
        var writer = Task.Run(
            async () =>
            {
                for (var round = 1; round <= 60; round++)
                {
                    await CommitNowAsync("s0", new([.. keys.Select(key => new StoreWrite(key, Bytes(Number(round))))]));
                }
            },
            Token);

        while (!writer.IsCompleted)
        {
            var read = await Store.ReadAsync("s0", keys, Token);

            // Of one state: a commit on top of a read rests on it, even where a failover brings an older version back.
            var seen = read.Values.Select(value => long.Parse(Text(value) ?? "0", CultureInfo.InvariantCulture)).Distinct().ToArray();
            Assert.InRange(seen.Length, 1, 1);
            Assert.Equal(seen[0], read.Version.Number);
        }

        await writer;
    }

    [Fact]
    public async Task Commit_SeveralShardsAtOnce_AllSucceed()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            for (var round = 0; round < 10; round++)
            {
                await CommitNowAsync($"s{i}", new([new("a", Bytes(Number(round)))], Bytes(Number(round))));
            }
        }));

        for (var i = 0; i < 16; i++)
        {
            Assert.Equal(10, (await Store.ReadAsync($"s{i}", [], Token)).Version.Number);
            Assert.Equal(10, (await LogAsync($"s{i}")).Entries.Length);
        }
    }
}
