using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Experiments.Api.Store;
using Experiments.Api.Store.Sqlite;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Experiments.Api.Tests.Catalog;

public sealed class CatalogStoreTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteStore _store;
    private readonly FakeTimeProvider _clock = new();

    public CatalogStoreTests() => _store = SqliteStore.Open(_folder.Path, NullLogger.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Commit_TwoInstancesRaceForOneKey_OneWinsAndBothConverge()
    {
        using var first = Open(_store);
        using var second = Open(_store);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            Outcome(() => (i % 2 == 0 ? first : second).CommitAsync($"caller-{i}", Create("visit", i), Token))));

        Assert.Equal(1, outcomes.Count(won => won));
        Assert.Equal(1, (await first.RefreshAsync(Token)).Version);
        Assert.Equal(first.State.Kpis["visit"], (await second.RefreshAsync(Token)).Kpis["visit"]);
    }

    [Fact]
    public async Task Commit_TwoInstancesOfManyKeys_LosesNone()
    {
        using var first = Open(_store);
        using var second = Open(_store);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i =>
            (i % 2 == 0 ? first : second).CommitAsync("caller", Create($"kpi-{i}", i), Token)));

        Assert.Equal(30, (await first.RefreshAsync(Token)).Kpis.Count);
        Assert.Equal(first.State.Head, (await second.RefreshAsync(Token)).Head);
        Assert.True((await AuditChain.VerifyAsync(_store, null, Token)).Valid);
    }

    [Fact]
    public async Task Commit_OutcomeUnknownButApplied_IsNotAppliedTwice()
    {
        using var catalog = Open(new Failing(_store, before: 0, after: 1));
        var state = await catalog.CommitAsync("caller", Create("visit", 1), Token);
        Assert.Equal(1, state.Version);
        Assert.Equal(1, (await catalog.RefreshAsync(Token)).Version);
        Assert.Equal(1, state.Kpis["visit"].Cap);
    }

    [Fact]
    public async Task Commit_OutcomeUnknownAndNotApplied_IsTriedAgain()
    {
        using var catalog = Open(new Failing(_store, before: 2, after: 0));
        Assert.Equal(1, (await catalog.CommitAsync("caller", Create("visit", 1), Token)).Version);
    }

    [Fact]
    public async Task Commit_Refused_WritesNothing()
    {
        using var catalog = Open(_store);
        await Assert.ThrowsAsync<ProblemException>(() => catalog.CommitAsync("caller", _ => throw Problems.Conflict("no", "No."), Token));
        await catalog.CommitAsync("caller", _ => CatalogChange.None, Token);
        Assert.Equal(0, (await catalog.RefreshAsync(Token)).Version);
    }

    [Fact]
    public async Task Commit_DocumentAtTheWrongVersion_IsOurError()
    {
        using var catalog = Open(_store);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => catalog.CommitAsync("caller", _ => new CatalogChange("kpi.create", "", Kpi("visit", 1) with { Version = 2 }), Token));
    }

    [Fact]
    public async Task Refresh_NothingNew_ReadsTheVersionOnly()
    {
        var counting = new Counting(_store);
        using var catalog = Open(counting);
        await catalog.CommitAsync("caller", Create("visit", 1), Token);
        counting.LogReads = 0;
        await catalog.RefreshAsync(Token);
        Assert.Equal(0, counting.LogReads);
    }

    [Fact]
    public async Task Refresh_StoreRestoredFromACopy_StartsAgain()
    {
        using var folder = new TemporaryFolder();
        await using var restored = SqliteStore.Open(folder.Path, NullLogger.Instance);
        using (var writer = Open(restored)) await writer.CommitAsync("caller", Create("other", 1), Token);

        var switching = new Switching(_store);
        using var catalog = Open(switching);
        await catalog.CommitAsync("caller", Create("visit", 1), Token);
        switching.Now = restored;
        Assert.Equal(["other"], (await catalog.RefreshAsync(Token)).Kpis.Keys);

        using (var writer = Open(_store)) await writer.CommitAsync("caller", Create("third", 1), Token);
        switching.Now = _store;
        Assert.Equal(["third", "visit"], (await catalog.RefreshAsync(Token)).Kpis.Keys.Order());
    }

    [Fact]
    public async Task Refresh_AfterRestart_FoldsEverything()
    {
        using (var catalog = Open(_store))
        {
            for (var i = 0; i < 3; i++) await catalog.CommitAsync("caller", Create($"kpi-{i}", i), Token);
        }

        using var again = Open(_store);
        Assert.Equal(3, (await again.RefreshAsync(Token)).Kpis.Count);
    }

    [Fact]
    public async Task Refresh_UnreadableEntry_SaysWhichAndWhatToDo()
    {
        await _store.CommitAsync(CatalogStore.Shard, ShardVersion.None, new StoreCommit([], "{]"u8.ToArray()), Token);
        using var catalog = Open(_store);
        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => catalog.RefreshAsync(Token));
        Assert.StartsWith("Entry 1 ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commit_WritesSnapshotAndHeadInTheSameStep()
    {
        using var catalog = Open(_store);
        var state = await catalog.CommitAsync("caller", Create("visit", 1), Token);
        var read = await _store.ReadAsync(CatalogStore.Shard, [CatalogStore.SnapshotKey, CatalogStore.HeadKey], Token);
        Assert.Equal("""{"version":1,"experiments":[],"bestPractices":[]}""", System.Text.Encoding.UTF8.GetString(read.Values[0]!.Value.Span));
        Assert.Equal($$"""{"entries":1,"hash":"{{state.Head}}"}""", System.Text.Encoding.UTF8.GetString(read.Values[1]!.Value.Span));
    }

    private static Kpi Kpi(string key, double cap) => new()
    {
        Key = key,
        Type = "mean",
        Event = key,
        Direction = "increase",
        Window = "P7D",
        Cap = cap,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private static Func<CatalogState, CatalogChange> Create(string key, double cap) => state => state.Kpis.ContainsKey(key)
        ? throw Problems.Conflict("kpi-exists", "It exists.")
        : new CatalogChange("kpi.create", "", Kpi(key, cap));

    private static async Task<bool> Outcome(Func<Task> commit)
    {
        try
        {
            await commit();
            return true;
        }
        catch (ProblemException problem) when (problem.Code == "kpi-exists")
        {
            return false;
        }
    }

    private CatalogStore Open(IStore store) => new(store, _clock, NullLogger<CatalogStore>.Instance);

    /// <summary>Loses the first requests before they arrive, then the first answers on their way back.</summary>
    private sealed class Failing(IStore inner, int before, int after) : DelegatingStore(inner)
    {
        private int _before = before;
        private int _after = after;

        public override async Task<ShardVersion?> CommitAsync(
            string shard, ShardVersion expected, StoreCommit commit, CancellationToken cancellationToken)
        {
            if (_before-- > 0) throw new StoreUnavailableException("Lost on the way there.");
            var version = await base.CommitAsync(shard, expected, commit, cancellationToken);
            return _after-- > 0 ? throw new StoreUnavailableException("Lost on the way back.") : version;
        }
    }

    private sealed class Counting(IStore inner) : DelegatingStore(inner)
    {
        public int LogReads { get; set; }

        public override Task<LogPage> ReadLogAsync(string shard, long from, int count, CancellationToken cancellationToken)
        {
            LogReads++;
            return base.ReadLogAsync(shard, from, count, cancellationToken);
        }
    }

    private sealed class Switching(IStore first) : DelegatingStore(first)
    {
        public IStore Now { get; set; } = first;

        public override Task<ShardRead> ReadAsync(string shard, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
            Now.ReadAsync(shard, keys, cancellationToken);

        public override Task<LogPage> ReadLogAsync(string shard, long from, int count, CancellationToken cancellationToken) =>
            Now.ReadLogAsync(shard, from, count, cancellationToken);
    }
}
