using System.Globalization;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Store;
using Experiments.Api.Store.Sqlite;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Experiments.Api.Tests.Events.Ledger;

/// <summary>Persons with several ids: the moments are those of a ledger that always knew them under one.</summary>
public sealed partial class LedgerPropertyTests
{
    private const int Ids = 4;

    [Theory]
    [InlineData(41, 1)]
    [InlineData(42, 4)]
    [InlineData(43, 3)]
    public async Task Submit_AliasesInAnyOrder_GivesTheMomentsOfOneId(int seed, int shards)
    {
        var events = new EventGenerator(seed, true).Events(1_500, users: 100);
        await using var known = await RunAsync([events], 1);
        await using var joined = await RunAsync(new EventGenerator(seed + 100, true).Disturb(Scattered(events, seed)), shards);
        Assert.Equal(await FiguresAsync(known), await FiguresAsync(joined));
    }

    [Fact]
    public async Task Submit_AliasesThroughTwoLedgersAtOnce_GivesTheMomentsOfOneId()
    {
        var events = new EventGenerator(51, true).Events(1_200, users: 60);
        await using var known = await RunAsync([events], 1, TimeProvider.System);
        var scattered = Scattered(events, 51);

        using var folder = new TemporaryFolder();
        await using var store = SqliteStore.Open(folder.Path, NullLogger<SqliteStore>.Instance);
        await using var first = await new LedgerBench(store, 3).OpenAsync(TimeProvider.System);
        await using var second = await new LedgerBench(store, 3).OpenAsync(TimeProvider.System);
        await Task.WhenAll(
            FeedAsync(first, new EventGenerator(61, true).Disturb(scattered)),
            FeedAsync(second, new EventGenerator(62, true).Disturb(scattered)));
        Assert.Equal(await FiguresAsync(known), await FiguresAsync(new Run(first, null)));
        Assert.Equal(await FiguresAsync(known), await FiguresAsync(new Run(second, null)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Submit_AStopBetweenTheStepsOfAJoin_TheNextStartEndsIt(int commits)
    {
        using var folder = new TemporaryFolder();
        await using var store = SqliteStore.Open(folder.Path, NullLogger<SqliteStore>.Instance);
        var (a, b) = (new UserKey(900), new UserKey(7));
        List<LedgerEvent> events = [Exposure("1", a, 0), Exposure("2", b, 2), Kpi("3", a, "visit"), Kpi("4", b, "click")];
        await using (var bench = await new LedgerBench(store).OpenAsync()) await bench.Ledger.SubmitAsync(events, CancellationToken.None);

        var stopping = new StoppingStore(store, commits);
        await using (var bench = await new LedgerBench(stopping).OpenAsync())
        {
            // The last commit of those allowed is the join's first, second, or last step.
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            await Record.ExceptionAsync(() => bench.Ledger.SubmitAsync([Alias("5", a, b)], limit.Token));
        }

        await using var next = await new LedgerBench(store).OpenAsync();
        await next.Ledger.ResumeJoinsAsync(CancellationToken.None);
        await using var known = await RunAsync([[Exposure("1", b, 0), Exposure("2", b, 2), Kpi("3", b, "visit"), Kpi("4", b, "click")]], 1);
        Assert.Equal(await FiguresAsync(known), await FiguresAsync(new Run(next, null)));
        Assert.Equal(1, (await next.ReadAsync()).Multiple);
        var again = await next.Ledger.SubmitAsync([Alias("6", b, a)], CancellationToken.None);
        Assert.Equal([true], again);
    }

    [Fact]
    public async Task Submit_ARepeatUnderTheOtherId_IsTheDuplicateThatItIs()
    {
        var (a, b) = (new UserKey(900), new UserKey(7));
        await using var run = await RunAsync([[Exposure("1", a, 1), Kpi("2", a, "purchase")], [Alias("3", b, a)]], 2);
        var again = await run.Bench.Ledger.SubmitAsync(
            [Exposure("1", a, 1), Kpi("2", a, "purchase"), Kpi("4", a, "purchase")], CancellationToken.None);
        Assert.Equal([true, true, false], again);
        var moments = await run.Bench.ReadAsync();
        Assert.Equal(1, moments.Exposed(0, 1));
        Assert.Equal(2, moments.Current(2, 0, 1).Sum.Value);
    }

    private static ExposureEvent Exposure(string id, UserKey user, int variant) =>
        new() { Id = id, User = user, At = LedgerBench.Start.UtcTicks, Target = LedgerBench.Target, Epoch = 0, Variant = variant, Breakdowns = [null] };

    private static KpiEvent Kpi(string id, UserKey user, string name) =>
        new() { Id = id, User = user, At = LedgerBench.Start.AddMinutes(5).UtcTicks, Event = name };

    private static AliasEvent Alias(string id, UserKey user, UserKey alias) => new() { Id = id, User = user, Alias = alias, At = LedgerBench.Start.UtcTicks };

    /// <summary>Each event under one of its person's ids, and aliases that make them one: chains, stars, circles, repeats.</summary>
    internal static List<LedgerEvent> Scattered(IReadOnlyList<LedgerEvent> events, int seed)
    {
        var random = new Random(seed);
        var scattered = events.Select(e => e with { User = IdOf(e.User, random.Next(Ids)) }).ToList();
        var number = 0;
        foreach (var person in events.Select(e => e.User).Distinct())
        {
            int[] order = [.. Enumerable.Range(0, Ids)];
            random.Shuffle(order);
            for (var i = 1; i < Ids; i++) Add(person, order[i], order[random.Next(i)]);
            Add(person, order[0], order[^1]);
        }

        return scattered;

        void Add(UserKey person, int user, int alias) => scattered.Add(Alias(
            string.Create(CultureInfo.InvariantCulture, $"alias-{number++}"), IdOf(person, user), IdOf(person, alias)));
    }

    private static UserKey IdOf(UserKey person, int number) => new(person.Value + ((UInt128)0x1234567 << (16 * number)));

    /// <summary>Commits as often as allowed, and then like a process that died.</summary>
    private sealed class StoppingStore(IStore inner, int commits) : DelegatingStore(inner)
    {
        private int _left = commits;

        public override Task<ShardVersion?> CommitAsync(
            string shard, ShardVersion expected, StoreCommit commit, CancellationToken cancellationToken) =>
            Interlocked.Decrement(ref _left) >= 0
                ? base.CommitAsync(shard, expected, commit, cancellationToken)
                : throw new StoreUnavailableException("Stopped.");
    }
}
