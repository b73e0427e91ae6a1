using System.Collections.Concurrent;
using System.Text;
using Experiments.Api.Store;

namespace Experiments.Api.Tests.Store;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task SetIfAbsent_Twice_KeepsTheFirst()
    {
        Assert.Equal("1", Text(await Store.SetIfAbsentAsync("looks", "a", Bytes("1"), Token)));
        Assert.Equal("1", Text(await Store.SetIfAbsentAsync("looks", "a", Bytes("2"), Token)));

        var read = await Store.ReadAsync("looks", ["a"], Token);
        Assert.Equal("1", Text(read.Values[0]));
        Assert.Equal(ShardVersion.None, read.Version);
    }

    [Fact]
    public async Task SetIfAbsent_ManyInARace_AllGetTheSameAnswer()
    {
        for (var round = 0; round < 10; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
                async () => Text(await Store.SetIfAbsentAsync("looks", $"k{round}", Bytes(Number(i)), Token)), Token)));

            Assert.Single(answers.Distinct());
        }
    }

    [Fact]
    public async Task SetIfAbsent_BesideCommits_LeavesTheVersionToThem()
    {
        var version = await CommitNowAsync("s0", Put("a", "1"));
        await Store.SetIfAbsentAsync("s0", "arm", Bytes("x"), Token);

        Assert.NotNull(await Store.CommitAsync("s0", version, Put("a", "2"), Token));
        Assert.Equal("x", await GetAsync("s0", "arm"));
    }

    [Fact]
    public async Task RemoveField_TheNextWriterIsTheFirst()
    {
        await Store.RemoveFieldAsync("a0", "arms/e", "u", Token);
        Assert.Equal("1", Text(await Store.SetFieldIfAbsentAsync("a0", "arms/e", "u", Bytes("1"), Token)));
        Assert.Equal("1", Text(await Store.SetFieldIfAbsentAsync("a0", "arms/e", "v", Bytes("1"), Token)));
        await Store.RemoveFieldAsync("a0", "arms/e", "u", Token);
        Assert.Equal("2", Text(await Store.SetFieldIfAbsentAsync("a0", "arms/e", "u", Bytes("2"), Token)));
        Assert.Equal("1", Text(await Store.SetFieldIfAbsentAsync("a0", "arms/e", "v", Bytes("2"), Token)));
    }

    [Fact]
    public async Task Values_FiveMegabytes_ComeBackWhole()
    {
        var large = new byte[5 * 1024 * 1024];
        new Random(5).NextBytes(large);

        await CommitNowAsync("s0", new([new("large", large)], large));

        Assert.True((await Store.ReadAsync("s0", ["large"], Token)).Values[0]!.Value.Span.SequenceEqual(large));
        Assert.True((await Store.ReadLogAsync("s0", 0, 1, Token)).Entries[0].Span.SequenceEqual(large));
    }

    [Fact]
    public async Task Commit_ThousandsOfKeys_AllComeBack()
    {
        string[] keys = [.. Enumerable.Range(0, 5000).Select(i => $"key-{i}")];
        await CommitNowAsync("s0", new([.. keys.Select(key => new StoreWrite(key, Bytes(key)))]));

        Assert.Equal(keys, (await Store.ReadAsync("s0", keys, Token)).Values.Select(Text));
    }

    [Fact]
    public async Task Keys_AnyText_StayApart()
    {
        string[] keys =
        [
            "", " ", "a", "A", "a\0", "a\0b", "\0", "{s1}", "}", "{", "a:b", "a:b:c", "k", "v", "log", "trimmed", "é", "e\u0301", "🎲",
            "\uFFFD", "\r\n", "*", "../x", new('x', 5000), new('é', 3000),
        ];

        await CommitNowAsync("s0", new([.. keys.Select((key, i) => new StoreWrite(key, Bytes(Number(i))))]));
        await CommitNowAsync("s0", Append("entry"));

        Assert.Equal(keys.Select((_, i) => Number(i)), (await Store.ReadAsync("s0", keys, Token)).Values.Select(Text));
    }

    [Fact]
    public async Task Keys_HalfASurrogatePair_AreRefused()
    {
        var version = await CommitNowAsync("s0", Put("a", "1"));
        foreach (var key in new[] { "\uD800", "\uDC00x" })
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.CommitAsync("s0", version, Put(key, "1"), Token));
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.ReadAsync("s0", [key], Token));
        }

        Assert.NotNull(await Store.CommitAsync("s0", version, Put("a", "2"), Token)); // and the store goes on
    }

    [Fact]
    public async Task Values_AnyBytes_ComeBackAsTheyWere()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        await CommitNowAsync("s0", new([new("a", all)], all));

        Assert.Equal(all, (await Store.ReadAsync("s0", ["a"], Token)).Values[0]!.Value.ToArray());
        Assert.Equal(all, (await Store.ReadLogAsync("s0", 0, 1, Token)).Entries[0].ToArray());
    }

    [Fact]
    public async Task Commit_BufferUsedAgainAfterwards_KeepsWhatWasCommitted()
    {
        var buffer = Encoding.UTF8.GetBytes("before");
        await CommitNowAsync("s0", new([new("a", buffer)], buffer));
        buffer.AsSpan().Fill((byte)'x');

        Assert.Equal("before", await GetAsync("s0", "a"));
        Assert.Equal(["before"], (await LogAsync("s0")).Entries);
    }

    [Fact]
    public async Task Subscribe_CommitWithNotify_TellsTheShard()
    {
        var seen = new BlockingCollection<string>();
        using var subscription = Store.Subscribe(seen.Add);

        await UntilNoticedAsync(seen, "catalog");

        Assert.DoesNotContain("s0", seen);
    }

    [Fact]
    public async Task Subscribe_CommitWithoutNotify_IsSilent()
    {
        var seen = new BlockingCollection<string>();
        using var subscription = Store.Subscribe(seen.Add);

        await CommitNowAsync("s0", Put("a", "1"));
        await UntilNoticedAsync(seen, "catalog"); // a notice sent later has arrived: an earlier one would have too

        Assert.DoesNotContain("s0", seen);
    }

    [Fact]
    public async Task Subscribe_LostCommit_IsSilent()
    {
        var seen = new BlockingCollection<string>();
        using var subscription = Store.Subscribe(seen.Add);
        await CommitNowAsync("s0", Put("a", "1"));

        Assert.Null(await Store.CommitAsync("s0", ShardVersion.None, Put("a", "2") with { Notify = true }, Token));
        await UntilNoticedAsync(seen, "catalog");

        Assert.DoesNotContain("s0", seen);
    }

    [Fact]
    public async Task Subscribe_AfterDispose_IsSilent()
    {
        var seen = new BlockingCollection<string>();
        var gone = new BlockingCollection<string>();
        using var subscription = Store.Subscribe(seen.Add);
        var other = Store.Subscribe(gone.Add);
        await UntilNoticedAsync(seen, "catalog");
        other.Dispose();
        other.Dispose();
        await UntilNoticedAsync(seen, "looks");

        Assert.DoesNotContain("looks", gone);
    }

    [Fact]
    public async Task Subscribe_ListenerThatThrows_DisturbsNobody()
    {
        var seen = new BlockingCollection<string>();
        using var faulty = Store.Subscribe(_ => throw new InvalidOperationException("a faulty listener"));
        using var subscription = Store.Subscribe(seen.Add);

        await UntilNoticedAsync(seen, "catalog");
    }

    [Fact]
    public async Task AnyCall_CancelledBefore_ThrowsAndWritesNothing()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReadAsync("s0", ["a"], source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Store.CommitAsync("s0", ShardVersion.None, Put("a", "1"), source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.SetIfAbsentAsync("s0", "a", Bytes("1"), source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReadLogAsync("s0", 0, 1, source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.TrimLogAsync("s0", 1, source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PingAsync(source.Token));

        Assert.Equal(ShardVersion.None, (await Store.ReadAsync("s0", [], Token)).Version);
        Assert.Null(await GetAsync("s0", "a"));
    }

    [Fact]
    public async Task Reopen_AfterCommits_KeepsAll()
    {
        var version = await CommitNowAsync("s0", new([new("a", Bytes("1")), new("b", null)], Bytes("entry")));
        await Store.SetIfAbsentAsync("looks", "first", Bytes("x"), Token);

        await ReopenAsync();

        Assert.Equal(version, (await Store.ReadAsync("s0", [], Token)).Version);
        Assert.Equal("1", await GetAsync("s0", "a"));
        Assert.Equal("x", await GetAsync("looks", "first"));
        Assert.Equal(["entry"], (await LogAsync("s0")).Entries);
        Assert.NotNull(await Store.CommitAsync("s0", version, Put("a", "2"), Token));
    }

    [Fact]
    public async Task Ping_HealthyStore_Returns()
    {
        await Store.PingAsync(Token);
        await Store.PingAsync(Token);
    }

    [Fact]
    public async Task Dispose_CommitsUnderWay_FinishesThem()
    {
        var commits = Enumerable.Range(0, 20)
            .Select(i => Store.CommitAsync($"s{i}", ShardVersion.None, Put("a", "1"), Token))
            .ToArray();
        await Task.WhenAll(commits);
        await ReopenAsync();

        for (var i = 0; i < commits.Length; i++)
        {
            Assert.Equal(await commits[i], (await Store.ReadAsync($"s{i}", [], Token)).Version);
        }
    }

    [Fact]
    public async Task AnyCall_AfterDispose_SaysSo()
    {
        await Store.DisposeAsync();
        await Store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.ReadAsync("s0", ["a"], Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.CommitAsync("s0", ShardVersion.None, Put("a", "1"), Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.PingAsync(Token));
    }

    /// <summary>Commits with a notice until it is heard: a subscription may take a moment to reach the server, and a notice be lost.</summary>
    private async Task UntilNoticedAsync(BlockingCollection<string> seen, string shard)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            await CommitNowAsync(shard, Put("a", "1") with { Notify = true });
            for (var wait = 0; wait < 10 && !seen.Contains(shard); wait++)
            {
                await Task.Delay(5, Token);
            }

            if (seen.Contains(shard))
            {
                return;
            }
        }

        Assert.Fail($"No notice of {shard} arrived.");
    }
}
