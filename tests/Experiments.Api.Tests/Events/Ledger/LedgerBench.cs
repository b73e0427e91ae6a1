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

    private readonly SchemaSource _schema = new();
    private EventLedger? _ledger;
    private MomentsReader? _reader;

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
            store, map, _schema, clock ?? TimeProvider.System, Options.Create(new LedgerOptions { RememberedUsersPerShard = 8 }),
            NullLogger<EventLedger>.Instance);
        await _ledger.OpenAsync(CancellationToken.None);
        _reader = new MomentsReader(store, map);
        return this;
    }

    public Task<TargetMoments> ReadAsync() => _reader!.ReadAsync(Layout, CancellationToken.None);

    public ValueTask DisposeAsync() => _ledger?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal sealed class SchemaSource : ILedgerSchemaSource
    {
        public LedgerSchema Current { get; } = new([Layout], ["visit", "purchase", "click", "page"]);

        public Task RefreshAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
