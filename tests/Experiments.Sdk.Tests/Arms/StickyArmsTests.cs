using System.Collections.Concurrent;
using Experiments.Sdk.Arms;
using Experiments.Sdk.Assignment;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Experiments.Sdk.Tests.Arms;

/// <summary>Users of a bandit keep the arm that they met first, whatever the tables of later say.</summary>
public sealed class StickyArmsTests
{
    private readonly MemoryArmStore _store = new();
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_ANewTable_OldUsersKeepArmEpochAndPropensityNewUsersFollow()
    {
        var before = Bandit(0, 1, 1);
        var after = Bandit(1, 9, 1);
        var arms = New();
        for (var user = 0; user < 500; user++) await arms.ServeAsync(Table(before, user), $"u{user}", Token);

        var moved = 0;
        for (var user = 0; user < 500; user++)
        {
            var table = Table(after, user);
            var kept = await arms.ServeAsync(table, $"u{user}", Token);
            Assert.Equal((Table(before, user).Variant, 0, 0.5, AssignmentReason.Split), (kept.Variant, kept.Epoch, kept.Propensity, kept.Reason));
            if (kept.Variant != table.Variant) moved++;
            var other = await arms.ServeAsync(Table(after, user + 500), $"u{user + 500}", Token);
            Assert.Equal((Table(after, user + 500).Variant, 1), (other.Variant, other.Epoch));
        }

        Assert.InRange(moved, 100, 300);
    }

    [Fact]
    public async Task Serve_InMemory_CompletesAtOnceAndAsksNobody()
    {
        var arms = New();
        var table = Table(Bandit(0, 1, 1), 1);
        await arms.ServeAsync(table, "u1", Token);
        for (var i = 0; i < 10; i++) Assert.True(arms.ServeAsync(table, "u1", Token).AsTask().IsCompletedSuccessfully);
        Assert.Equal(1, _store.Asked);
    }

    [Fact]
    public async Task Serve_ARestart_TheStoreRemembers()
    {
        await New().ServeAsync(Table(Bandit(0, 1, 1), 7), "u7", Token);
        var kept = await New().ServeAsync(Table(Bandit(1, 1, 0), 7), "u7", Token);
        Assert.Equal(0, (await New().ServeAsync(Table(Bandit(2, 1, 1), 7), "u7", Token)).Epoch);
        Assert.True(kept.Reason is AssignmentReason.Split or AssignmentReason.ArmStopped);
    }

    [Fact]
    public async Task Serve_TwoProcessesWithDifferentTablesAtOnce_AgreeOnEveryUser()
    {
        SnapshotEvaluator[] tables = [Bandit(0, 1, 1), Bandit(1, 1, 9)];
        StickyArms[] processes = [New(), New()];
        await Parallel.ForAsync(0, 2_000, Token, async (user, token) =>
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => Task.Run(
                () => processes[i].ServeAsync(Table(tables[i], user), $"u{user}", token).AsTask(), token)));
            Assert.Equal((answers[0].Variant, answers[0].Epoch, answers[0].Propensity), (answers[1].Variant, answers[1].Epoch, answers[1].Propensity));
        });
    }

    [Fact]
    public async Task Serve_StoreAway_TheTableDecidesAndTheReasonSaysSoUntilItIsBack()
    {
        var arms = New();
        var table = Table(Bandit(0, 1, 1), 1);
        _store.Away = true;
        var answer = await arms.ServeAsync(table, "u1", Token);
        Assert.Equal((table.Variant, AssignmentReason.StickyUnavailable), (answer.Variant, answer.Reason));
        for (var user = 2; user < 100; user++) await arms.ServeAsync(Table(Bandit(0, 1, 1), user), $"u{user}", Token);
        Assert.Equal(1, _store.Asked);

        // The table moves on while the store is away: in this process the user stays where he is, and so he is proposed.
        _store.Away = false;
        _clock.Advance(TimeSpan.FromSeconds(2));
        for (var user = 1; user < 100; user++)
        {
            var kept = await arms.ServeAsync(Table(Bandit(1, 1, 9), user), $"u{user}", Token);
            Assert.Equal((Table(Bandit(0, 1, 1), user).Variant, 0, AssignmentReason.Split), (kept.Variant, kept.Epoch, kept.Reason));
        }
    }

    [Fact]
    public async Task Serve_AStoreThatNeverAnswers_WaitsNoLongerThanAllowed()
    {
        _store.Hangs = true;
        var asked = New().ServeAsync(Table(Bandit(0, 1, 1), 1), "u1", Token).AsTask();
        await TestApp.EventuallyAsync(() => _store.Asked == 1);
        Assert.False(asked.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(AssignmentReason.StickyUnavailable, (await asked).Reason);
    }

    [Fact]
    public async Task Serve_ACallerWhoGivesUp_GetsTheTable()
    {
        _store.Hangs = true;
        using var source = new CancellationTokenSource();
        var asked = New().ServeAsync(Table(Bandit(0, 1, 1), 1), "u1", source.Token).AsTask();
        await source.CancelAsync();
        Assert.Equal(AssignmentReason.StickyUnavailable, (await asked).Reason);
    }

    [Fact]
    public async Task Serve_TheArmWasStopped_TheControlAtTheTableOfToday()
    {
        var arms = New();
        var before = Bandit(0, 1, 1);
        var user = Enumerable.Range(0, 100).First(u => Table(before, u).Variant == "v1");
        await arms.ServeAsync(Table(before, user), $"u{user}", Token);

        var stopped = await arms.ServeAsync(Table(Bandit(1, 1, 0), user), $"u{user}", Token);
        Assert.Equal(("v0", 1, 1.0, AssignmentReason.ArmStopped), (stopped.Variant, stopped.Epoch, stopped.Propensity, stopped.Reason));

        // It returns only by a human's act, and then he has what he had.
        var again = await arms.ServeAsync(Table(Bandit(2, 1, 1), user), $"u{user}", Token);
        Assert.Equal(("v1", 0), (again.Variant, again.Epoch));
    }

    [Fact]
    public async Task ServeNow_AnUnknownUser_TheTableNowTheStoreBehindIt()
    {
        await New().ServeAsync(Table(Bandit(0, 1, 1), 3), "u3", Token);
        var arms = New();
        using var stop = new CancellationTokenSource();
        var running = arms.RunAsync(stop.Token);
        var table = Table(Bandit(1, 1, 9), 3);
        Assert.Equal((table.Variant, AssignmentReason.StickyUnavailable), (arms.ServeNow(table, "u3").Variant, arms.ServeNow(table, "u3").Reason));
        await TestApp.EventuallyAsync(() => arms.ServeNow(table, "u3").Reason == AssignmentReason.Split);
        Assert.Equal(0, arms.ServeNow(table, "u3").Epoch);
        Assert.Equal(0, arms.Peek(table).Epoch);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Serve_AForeignValueInTheStore_TheTableDecides()
    {
        _store.Arms[("bandit", "u1")] = new KeptArm("no-such-variant", 0, 5_000);
        var table = Table(Bandit(0, 1, 1), 1);
        Assert.Equal(table.Variant, (await New().ServeAsync(table, "u1", Token)).Variant);
    }

    [Fact]
    public void Memory_MoreThanItHolds_ForgetsTheOldestHalf()
    {
        var memory = new RecentMap<int, int>(1_000);
        for (var key = 0; key < 100_000; key++)
        {
            memory.Put(key, key, (known, _) => known);
            Assert.InRange(memory.Count, 1, 1_001);
            Assert.True(memory.TryGet(0, out _));
        }

        Assert.True(memory.TryGet(99_999, out var last));
        Assert.Equal(99_999, last);
        Assert.False(memory.TryGet(1, out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1 2")]
    [InlineData("1 0 v")]
    [InlineData("1 10001 v")]
    [InlineData("x 1 v")]
    [InlineData("-1 1 v")]
    [InlineData("1 1 ")]
    public void KeptArm_OfOtherText_IsNone(string? text) => Assert.False(KeptArm.TryParse(text, out _));

    [Fact]
    public void KeptArm_Written_IsRead()
    {
        var arm = new KeptArm("a.b-c", 12, 4_812);
        Assert.True(KeptArm.TryParse(arm.Format(), out var read));
        Assert.Equal(arm, read);
    }

    private StickyArms New() => new(_store, 100_000, TimeSpan.FromMilliseconds(250), _clock, NullLogger.Instance);

    private static SnapshotEvaluator Bandit(int epoch, params double[] weights) => SnapshotEvaluator.Compile(Make.Snapshot(Make.Bandit("bandit", "p", epoch, weights)));

    private static Evaluation Table(SnapshotEvaluator evaluator, int user) => evaluator.Evaluate("p", $"u{user}", null);

    /// <summary>The store as it must behave, in memory.</summary>
    private sealed class MemoryArmStore : IArmStore
    {
        private int _asked;

        public ConcurrentDictionary<(string, string), KeptArm> Arms { get; } = new();

        public bool Away { get; set; }

        public bool Hangs { get; set; }

        public int Asked => _asked;

        public async Task<KeptArm> KeepAsync(string experiment, string user, KeptArm proposed, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            if (Hangs) await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return Away ? throw new ArmStoreUnavailableException("away") : Arms.GetOrAdd((experiment, user), proposed);
        }
    }
}
