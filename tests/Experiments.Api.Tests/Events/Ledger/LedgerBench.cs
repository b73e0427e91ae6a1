using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Tests.Events.Ledger;

/// <summary>A ledger on a real store, with one experiment of three variants and a KPI of each type.</summary>
internal sealed class LedgerBench(IStore store, int shards = 1) : IAsyncDisposable
{
    public const string Target = "e/test";

    public static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 30, 0, TimeSpan.Zero);

    public static readonly TargetLayout Layout = new(
        Target,
        ["control", "b", "c"],
        [
            KpiLayout.Of(KpiOf("visit", "proportion", "PT1H")),
            KpiLayout.Of(KpiOf("revenue", "mean", "P2D") with { Event = "purchase", Cap = 120 }),
            KpiLayout.Of(KpiOf("orders", "count", "P2D") with { Event = "purchase" }),
            KpiLayout.Of(KpiOf("clicks-per-page", "ratio", "P1D") with { Event = "click", Denominator = "page" }),
        ],
        ["channel"]);

    private EventLedger? _ledger;
    private MomentsReader? _reader;

    public static ILedgerSchemaSource Schema { get; } = new SchemaSource();

    public EventLedger Ledger => _ledger!;

    public static Kpi KpiOf(string key, string type, string window) => new()
    {
        Key = key,
        Type = type,
        Event = key,
        Direction = "increase",
        Window = window,
        CreatedAt = Start,
    };

    public async Task<LedgerBench> OpenAsync(TimeProvider? clock = null)
    {
        var map = new ShardMap(store, null, shards);
        await map.LoadAsync(CancellationToken.None);
        _ledger = new EventLedger(
            store, map, Schema, clock ?? TimeProvider.System, Options.Create(new LedgerOptions { RememberedUsersPerShard = 8 }),
            NullLogger<EventLedger>.Instance);
        await _ledger.OpenAsync(CancellationToken.None);
        _reader = new MomentsReader(store, map);
        return this;
    }

    public static void AssertSame(Dictionary<(int Epoch, int Variant), NaiveFold.Sums> expected, Func<int, int, MomentCell> actual)
    {
        for (var epoch = 0; epoch < 2; epoch++)
        {
            for (var variant = 0; variant < 3; variant++)
            {
                var cell = actual(epoch, variant);
                var sums = expected.GetValueOrDefault((epoch, variant)) ?? new NaiveFold.Sums(0, 0, 0, 0, 0);
                Assert.Equal(sums.Users, cell.Users);
                Assert.Equal(sums.Conversions, cell.Conversions);
                Assert.Equal(sums.Sum, cell.Sum.Value, 1e-9);
                Assert.Equal(sums.SumOfSquares, cell.SumOfSquares.Value, 1e-7);
                Assert.Equal(sums.Second, cell.Second.Value, 1e-9);
            }
        }
    }

    public Task<TargetMoments> ReadAsync() => _reader!.ReadAsync(Layout, CancellationToken.None);

    public ValueTask DisposeAsync() => _ledger?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal sealed class SchemaSource : ILedgerSchemaSource
    {
        public LedgerSchema Current { get; } = new([Layout], ["visit", "purchase", "click", "page"]);

        public Task RefreshAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
