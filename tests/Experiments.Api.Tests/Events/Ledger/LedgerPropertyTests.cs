using Experiments.Api.Events.Ledger;
using Experiments.Api.Store.Sqlite;
using Experiments.Api.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Experiments.Api.Tests.Events.Ledger;

public sealed partial class LedgerPropertyTests
{
    private static readonly long[] MaturityHours = [0, 2, 26, 40, 60, 80, 200];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 4)]
    [InlineData(3, 1)]
    public async Task Submit_AnyPermutationAndDuplication_GivesIdenticalMoments(int seed, int shards)
    {
        var events = new EventGenerator(seed, wholeNumbers: true).Events(1_500, users: 120);
        await using var inOrder = await RunAsync([events], 1);
        await using var disturbed = await RunAsync(new EventGenerator(seed + 100, true).Disturb(events), shards);

        Assert.Equal(await FiguresAsync(inOrder), await FiguresAsync(disturbed));
    }

    [Theory]
    [InlineData(11, true, 0)]
    [InlineData(12, false, 0)]
    [InlineData(13, true, 40)]
    public async Task Submit_RandomEvents_AgreesWithTheNaiveFold(int seed, bool wholeNumbers, int folded)
    {
        var generator = new EventGenerator(seed, wholeNumbers);
        var events = generator.Events(2_000, users: 150);
        var clock = new FakeTimeProvider(LedgerBench.Start);
        var batches = generator.Disturb(events).ToList();
        await using var run = await RunAsync(batches.Take(batches.Count / 2), 2, clock);

        // Slots that have closed are folded when their row is written again: what is read afterwards must not change.
        clock.Advance(TimeSpan.FromHours(folded));
        await FeedAsync(run.Bench, batches.Skip(batches.Count / 2));
        var moments = await run.Bench.ReadAsync();
        for (var kpi = 0; kpi < LedgerBench.Layout.Kpis.Count; kpi++)
        {
            LedgerBench.AssertSame(NaiveFold.Fold(events, kpi), (epoch, variant) => moments.Current(kpi, epoch, variant));
            foreach (var hours in MaturityHours.Where(h => h >= folded))
            {
                var at = LedgerBench.Start.AddHours(hours).UtcTicks;
                LedgerBench.AssertSame(NaiveFold.Fold(events, kpi, at), (epoch, variant) => moments.Mature(kpi, epoch, variant, at));
            }
        }
    }

    [Fact]
    public async Task Submit_TwoWritersOnOneStoreAtOnce_LosesNothingAndCountsNothingTwice()
    {
        var events = new EventGenerator(21, true).Events(1_500, users: 100);
        await using var alone = await RunAsync([events], 1, TimeProvider.System);

        using var folder = new TemporaryFolder();
        await using var store = SqliteStore.Open(folder.Path, NullLogger<SqliteStore>.Instance);
        await using var first = await new LedgerBench(store).OpenAsync(TimeProvider.System);
        await using var second = await new LedgerBench(store).OpenAsync();
        await Task.WhenAll(
            FeedAsync(first, new EventGenerator(31, true).Disturb(events)),
            FeedAsync(second, new EventGenerator(32, true).Disturb(events)));

        Assert.Equal(await FiguresAsync(alone), await FiguresAsync(new Run(first, null)));
        Assert.Equal(await FiguresAsync(alone), await FiguresAsync(new Run(second, null)));
    }

    private static async Task<Run> RunAsync(IEnumerable<List<LedgerEvent>> batches, int shards, TimeProvider? clock = null)
    {
        var folder = new TemporaryFolder();
        var store = SqliteStore.Open(folder.Path, NullLogger<SqliteStore>.Instance);
        var bench = await new LedgerBench(store, shards).OpenAsync(clock ?? new FakeTimeProvider(LedgerBench.Start));
        await FeedAsync(bench, batches);
        return new Run(bench, async () =>
        {
            await bench.DisposeAsync();
            await store.DisposeAsync();
            folder.Dispose();
        });
    }

    private static async Task FeedAsync(LedgerBench bench, IEnumerable<List<LedgerEvent>> batches)
    {
        foreach (var group in batches.Chunk(4))
        {
            // Four at once: what arrives while a commit is in flight is gathered into the next one.
            await Task.WhenAll(group.Select(batch => bench.Ledger.SubmitAsync(batch, CancellationToken.None)));
        }
    }

    private static async Task<List<string>> FiguresAsync(Run run)
    {
        var moments = await run.Bench.ReadAsync();
        var figures = new List<string> { $"multiple {moments.Multiple} automated {moments.Automated}" };
        Segment[] segments = [default, .. moments.Values("channel").Select(v => new Segment("channel", v))];
        foreach (var segment in segments)
        {
            foreach (var epoch in moments.Epochs)
            {
                for (var variant = 0; variant < 3; variant++)
                {
                    figures.Add($"{segment} {epoch} {variant} exposed {moments.Exposed(epoch, variant, segment)}");
                    for (var kpi = 0; kpi < LedgerBench.Layout.Kpis.Count; kpi++)
                    {
                        figures.Add($"{segment} {epoch} {variant} {kpi} {moments.Current(kpi, epoch, variant, segment)}");
                        figures.AddRange(MaturityHours.Select(hours =>
                            $"{hours} {moments.Mature(kpi, epoch, variant, LedgerBench.Start.AddHours(hours).UtcTicks, segment)}"));
                    }
                }
            }
        }

        return figures;
    }

    private sealed record Run(LedgerBench Bench, Func<Task>? Close) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (Close is not null) await Close();
        }
    }
}
