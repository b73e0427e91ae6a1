using Experiments.Api.Archive;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Store;
using Experiments.Api.Store.Sqlite;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Events.Ledger;
using Experiments.Api.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Experiments.Api.Tests.Archive;

public sealed class ArchiverTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_InboxOfTwoShards_EveryIdIsInTheFilesOnceAndTheInboxIsEmpty()
    {
        await using var bench = await new ArchiveBench().OpenAsync();
        var events = new EventGenerator(51, wholeNumbers: false).Events(1_500, users: 120);
        foreach (var batch in events.Chunk(100)) await bench.Ledger.SubmitAsync(batch, Token);

        Assert.True(await bench.Archiver().RunAsync(Token));

        AssertSameIds(events, bench.Ask("SELECT id"));
        foreach (var shard in bench.Map.All)
        {
            Assert.Empty((await bench.Store.ReadLogAsync(shard, 0, 10, Token)).Entries);
        }

        var report = await bench.VerifyAsync();
        Assert.True(report.Faults.Count == 0, string.Join("\n", report.Faults));
        Assert.Equal(events.Count, report.Events);
        Assert.Null(await bench.ProofAsync());
    }

    [Fact]
    public async Task Run_CrashBeforeOrAfterAnyStepAtTheStore_LosesNothingAndDoublesNothing()
    {
        for (var step = 1; ; step++)
        {
            await using var bench = await new ArchiveBench().OpenAsync();
            var events = new EventGenerator(60 + step, wholeNumbers: true).Events(200, users: 30);
            await bench.Ledger.SubmitAsync([.. events.Take(120)], Token);
            await bench.Archiver().RunAsync(Token);
            await bench.Ledger.SubmitAsync([.. events.Skip(120)], Token);
            var erased = events[0].User;
            var head = await bench.Eraser().EraseAsync(erased, Token);
            await new Erasures(bench.Store).AddAsync(new Erasure(erased.ToString(), bench.Eraser().ShardOf(erased), head.Entries), Token);

            var crashing = new CrashingStore(bench.Store, step);
            try
            {
                await bench.Archiver(crashing).RunAsync(Token);
            }
            catch (CrashException)
            {
                // The process is gone: its lease lapses, and another takes over.
            }

            bench.Clock.Advance(TimeSpan.FromMinutes(2));
            Assert.True(await bench.Archiver().RunAsync(Token));
            AssertSameIds(events.Where(e => e.User != erased), bench.Ask("SELECT id"));
            var report = await bench.VerifyAsync();
            Assert.True(report.Faults.Count == 0, $"step {step}: {string.Join('\n', report.Faults)}");
            Assert.Null(await bench.ProofAsync());
            if (crashing.Steps < step)
            {
                Assert.True(step > 20, $"Only {step} steps were tried.");
                return;
            }
        }
    }

    [Fact]
    public async Task Run_KeeperThatWasPausedGoesOn_ItsFilesDoNotCount()
    {
        await using var bench = await new ArchiveBench().OpenAsync();
        var events = new EventGenerator(71, wholeNumbers: true).Events(300, users: 30);
        await bench.Ledger.SubmitAsync(events, Token);
        var paused = new PausedStore(bench.Store);

        var stale = Task.Run(() => bench.Archiver(paused).RunAsync(Token), Token);
        await paused.Reached.WaitAsync(TimeSpan.FromSeconds(60), Token);
        bench.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True(await bench.Archiver().RunAsync(Token));
        paused.GoOn();

        Assert.False(await stale);
        Assert.True(await bench.Archiver().RunAsync(Token));
        AssertSameIds(events, bench.Ask("SELECT id"));
        Assert.Empty((await bench.VerifyAsync()).Faults);
    }

    [Fact]
    public async Task Run_WhileAnotherKeepsTheArchive_LeavesIt()
    {
        await using var bench = await new ArchiveBench().OpenAsync();
        var held = await bench.States().TryTakeAsync(Token);

        Assert.NotNull(held);
        Assert.False(await bench.Archiver().RunAsync(Token));

        await held.GiveBackAsync(Token);
        Assert.True(await bench.Archiver().RunAsync(Token));
    }

    [Fact]
    public async Task Run_DayThatIsOver_BecomesOneFile()
    {
        await using var bench = await new ArchiveBench().OpenAsync();
        var events = new EventGenerator(73, wholeNumbers: true).Events(300, users: 30);
        foreach (var batch in events.Chunk(100))
        {
            await bench.Ledger.SubmitAsync(batch, Token);
            await bench.Archiver().RunAsync(Token);
        }

        Assert.Equal(3, Directory.GetFiles(bench.Folder.Path, "*.parquet", SearchOption.AllDirectories).Length);
        bench.Clock.Advance(TimeSpan.FromDays(1));
        await bench.Archiver().RunAsync(Token);

        Assert.Single(Directory.GetFiles(bench.Folder.Path, "*.parquet", SearchOption.AllDirectories));
        AssertSameIds(events, bench.Ask("SELECT id"));
        Assert.Empty((await bench.VerifyAsync()).Faults);
    }

    [Fact]
    public async Task Run_DaysPastTheirRetention_AreForgottenAndVerifySaysSo()
    {
        await using var bench = await new ArchiveBench().OpenAsync();
        await bench.Ledger.SubmitAsync(new EventGenerator(74, true).Events(50, users: 10), Token);
        await bench.Archiver().RunAsync(Token);
        bench.Clock.Advance(TimeSpan.FromDays(31));

        await bench.Archiver(options: new ArchiveOptions { RetentionDays = 30 }).RunAsync(Token);

        Assert.Empty(Directory.GetFiles(bench.Folder.Path, "*.parquet", SearchOption.AllDirectories));
        Assert.Contains("retention", Assert.Single((await bench.VerifyAsync()).Faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_CountThatWasFlipped_IsFound()
    {
        await using var bench = await new ArchiveBench(shards: 1).OpenAsync();
        await bench.Ledger.SubmitAsync(new EventGenerator(75, true).Events(300, users: 40), Token);
        await bench.Archiver().RunAsync(Token);
        await FlipAsync(bench.Store);

        var faults = (await bench.VerifyAsync()).Faults;

        Assert.Contains(faults, f => f.Contains("users", StringComparison.Ordinal) && f.Contains("from the events", StringComparison.Ordinal));
        await bench.RebuildAsync(bench.Store, bench.Map);
        Assert.Empty((await bench.VerifyAsync()).Faults);
    }

    [Fact]
    public async Task Proof_InboxThatLostItsEnd_IsFoundAtTheStart()
    {
        await using var bench = await new ArchiveBench(shards: 1).OpenAsync();
        foreach (var batch in new EventGenerator(76, true).Events(300, users: 40).Chunk(50)) await bench.Ledger.SubmitAsync(batch, Token);
        Assert.Null(await bench.ProofAsync());

        await bench.Store.TrimLogAsync("s0", 2, Token);

        Assert.Contains("lacks its entry 0", await bench.ProofAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proof_EmptyStoreBesideAnArchive_IsFoundAtTheStart()
    {
        await using var bench = await new ArchiveBench(shards: 1).OpenAsync();
        await bench.Ledger.SubmitAsync(new EventGenerator(77, true).Events(100, users: 10), Token);
        await bench.Archiver().RunAsync(Token);
        using var folder = new TemporaryFolder();
        await using var empty = SqliteStore.Open(folder.Path, NullLogger.Instance);
        var map = new ShardMap(empty, null, 1);
        await map.LoadAsync(Token);

        Assert.Contains("older than the archive", await bench.ProofAsync(empty, map), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Erase_UserInInboxAndFiles_LeavesNoTraceAndTheMomentsOfTheOthers()
    {
        await using var bench = await new ArchiveBench().OpenAsync();
        await using var without = await new ArchiveBench().OpenAsync();
        var events = new EventGenerator(78, wholeNumbers: true).Events(600, users: 40);
        var erased = events[0].User;
        await bench.Ledger.SubmitAsync([.. events.Take(300)], Token);
        await bench.Archiver().RunAsync(Token);
        await bench.Ledger.SubmitAsync([.. events.Skip(300)], Token);
        await without.Ledger.SubmitAsync([.. events.Where(e => e.User != erased)], Token);

        var head = await bench.Eraser().EraseAsync(erased, Token);
        await new Erasures(bench.Store).AddAsync(new Erasure(erased.ToString(), bench.Eraser().ShardOf(erased), head.Entries), Token);
        await bench.Archiver().RunAsync(Token);

        Assert.DoesNotContain(erased.ToString(), bench.Ask("SELECT DISTINCT \"user\""));
        AssertSameIds(events.Where(e => e.User != erased), bench.Ask("SELECT id"));
        Assert.Empty((await bench.VerifyAsync()).Faults);
        Assert.Equal(await FiguresAsync(without), await FiguresAsync(bench));
    }

    private static void AssertSameIds(IEnumerable<LedgerEvent> events, List<string> archived) => Assert.Equal(
        events.Select(e => e.Id).Distinct().Order(StringComparer.Ordinal), archived.Order(StringComparer.Ordinal));

    private static async Task<string> FiguresAsync(ArchiveBench bench)
    {
        var moments = await new MomentsReader(bench.Store, bench.Map).ReadAsync(LedgerBench.Layout, Token);
        return string.Join('\n',
            from kpi in Enumerable.Range(0, LedgerBench.Layout.Kpis.Count)
            from variant in Enumerable.Range(0, LedgerBench.Layout.Variants.Count)
            from epoch in new[] { 0, 1 }
            select $"{kpi} {variant} {epoch} {moments.Exposed(epoch, variant)} {moments.Current(kpi, epoch, variant)}");
    }

    /// <summary>Adds one to the users of some row, as a fault of memory or disk would.</summary>
    private static async Task FlipAsync(IStore store)
    {
        var read = await store.ReadAsync("s0", [RowKey.IndexKey(LedgerBench.Target)], Token);
        var key = RowKey.DecodeIndex(LedgerBench.Target, read.Values[0])[0].StoreKey;
        var row = MomentRowCodec.Decode((await store.ReadAsync("s0", [key], Token)).Values[0]!.Value.Span);
        row.Exposed[0]++;
        Assert.NotNull(await store.CommitAsync("s0", read.Version, new StoreCommit([new StoreWrite(key, MomentRowCodec.Encode(row))]), Token));
    }

    private sealed class CrashException : Exception;

    /// <summary>The process dies at one write to the store: before it, or just after.</summary>
    private sealed class CrashingStore(IStore inner, int step) : DelegatingStore(inner)
    {
        public int Steps { get; private set; }

        public override async Task<ShardVersion?> CommitAsync(string shard, ShardVersion expected, StoreCommit commit, CancellationToken cancellationToken)
        {
            Step();
            var version = await base.CommitAsync(shard, expected, commit, cancellationToken);
            Step();
            return version;
        }

        public override async Task TrimLogAsync(string shard, long before, CancellationToken cancellationToken)
        {
            Step();
            await base.TrimLogAsync(shard, before, cancellationToken);
            Step();
        }

        private void Step()
        {
            if (++Steps >= step) throw new CrashException();
        }
    }

    /// <summary>Stops before the second change of the archive's state, after the files are written, until it is told to go on.</summary>
    private sealed class PausedStore(IStore inner) : DelegatingStore(inner)
    {
        private readonly TaskCompletionSource _reached = new();
        private readonly TaskCompletionSource _goOn = new();
        private int _changes;

        public Task Reached => _reached.Task;

        public void GoOn() => _goOn.SetResult();

        public override async Task<ShardVersion?> CommitAsync(string shard, ShardVersion expected, StoreCommit commit, CancellationToken cancellationToken)
        {
            if (shard == ArchiveStateStore.Shard && ++_changes == 3)
            {
                _reached.SetResult();
                await _goOn.Task;
            }

            return await base.CommitAsync(shard, expected, commit, cancellationToken);
        }
    }
}
