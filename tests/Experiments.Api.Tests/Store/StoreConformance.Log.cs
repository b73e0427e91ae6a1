namespace Experiments.Api.Tests.Store;

public abstract partial class StoreConformance
{
    [Fact]
    public async Task ReadLog_NothingAppended_IsEmpty()
    {
        Assert.Equal((0, []), await LogAsync("s0"));

        await CommitNowAsync("s0", Put("a", "1"));
        Assert.Equal((0, []), await LogAsync("s0"));
    }

    [Fact]
    public async Task ReadLog_InPages_WalksTheWholeLogOnce()
    {
        await AppendAsync("s0", 0, 10);

        var seen = new List<string>();
        for (var from = 0L; ;)
        {
            var page = await Store.ReadLogAsync("s0", from, 3, Token);
            Assert.Equal(from, page.First);
            if (page.Entries.Count == 0)
            {
                break;
            }

            seen.AddRange(page.Entries.Select(entry => Text(entry)!));
            from = page.Next;
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(i => Number(i)), seen);
    }

    [Fact]
    public async Task TrimLog_Middle_KeepsThePositionsOfTheRest()
    {
        await AppendAsync("s0", 0, 10);

        await Store.TrimLogAsync("s0", 4, Token);

        var (first, entries) = await LogAsync("s0", 0, 2);
        Assert.Equal(4, first);
        Assert.Equal(["4", "5"], entries);
        Assert.Equal(["7", "8", "9"], (await LogAsync("s0", 7)).Entries);
    }

    [Fact]
    public async Task TrimLog_AlreadyGoneOrZero_ChangesNothing()
    {
        await AppendAsync("s0", 0, 5);
        await Store.TrimLogAsync("s0", 3, Token);

        await Store.TrimLogAsync("s0", 3, Token);
        await Store.TrimLogAsync("s0", 1, Token);
        await Store.TrimLogAsync("s0", 0, Token);

        var (first, entries) = await LogAsync("s0");
        Assert.Equal(3, first);
        Assert.Equal(["3", "4"], entries);
    }

    [Fact]
    public async Task TrimLog_AllThenAppendAndReopen_GoesOnCounting()
    {
        await AppendAsync("s0", 0, 5);
        await Store.TrimLogAsync("s0", 5, Token);
        Assert.Equal((5, []), await LogAsync("s0"));

        await ReopenAsync();
        await AppendAsync("s0", 5, 2);

        var (first, entries) = await LogAsync("s0");
        Assert.Equal(5, first);
        Assert.Equal(["5", "6"], entries);
    }

    [Fact]
    public async Task TrimLog_BeyondTheEnd_TrimsWhatIsThereAndNoMore()
    {
        await AppendAsync("s0", 0, 3);
        await Store.TrimLogAsync("s0", 100, Token);
        await AppendAsync("s0", 3, 1);

        var (first, entries) = await LogAsync("s0");
        Assert.Equal(3, first);
        Assert.Equal(["3"], entries);
    }

    [Fact]
    public async Task TrimLog_Always_LeavesTheVersionAlone()
    {
        await AppendAsync("s0", 0, 3);
        var before = (await Store.ReadAsync("s0", [], Token)).Version;

        await Store.TrimLogAsync("s0", 2, Token);

        Assert.Equal(before, (await Store.ReadAsync("s0", [], Token)).Version);
    }

    [Fact]
    public async Task TrimLog_ShardNeverWritten_IsNoError()
    {
        await Store.TrimLogAsync("s0", 7, Token);

        Assert.Equal((0, []), await LogAsync("s0"));
    }

    [Fact]
    public async Task TrimLog_InARaceWithAppendsAndItself_LosesNoEntryAndNoPosition()
    {
        const int Entries = 60;
        var appends = Task.Run(() => AppendAsync("s0", 0, Entries), Token);
        var trims = Enumerable.Range(0, 3).Select(_ => Task.Run(
            async () =>
            {
                for (var before = 0; before <= Entries / 2; before += 5)
                {
                    await Store.TrimLogAsync("s0", before, Token);
                }
            },
            Token));
        await Task.WhenAll([appends, .. trims]);
        await Store.TrimLogAsync("s0", Entries / 2, Token);

        var (first, entries) = await LogAsync("s0");
        Assert.Equal(Entries / 2, first);
        Assert.Equal(Enumerable.Range(Entries / 2, Entries / 2).Select(i => Number(i)), entries);
    }

    [Fact]
    public async Task ReadLog_FromBeyondTheEnd_IsEmptyThere()
    {
        await AppendAsync("s0", 0, 3);

        Assert.Equal((9, []), await LogAsync("s0", 9));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    public async Task ReadLog_ArgumentOutOfRange_IsRefused(long from, int count) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.ReadLogAsync("s0", from, count, Token));

    private async Task AppendAsync(string shard, int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            await CommitNowAsync(shard, Append(Number(i)));
        }
    }
}
