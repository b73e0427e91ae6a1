using System.Text.Json;
using Experiments.Stats.Sequential;

namespace Experiments.Stats.Tests.Sequential;

public sealed class ProportionTestTests
{
    private static readonly SequentialPlan Plan = new(0.05, 0.8, 28_000);

    private static ProportionEpoch[] Even(double n, double treated, double control) =>
        [new(0.5, new ProportionCounts(n, treated), new ProportionCounts(n, control))];

    [Fact]
    public void Look_BaseRateNotPlanned_FreezesItBlindAtTenConversions()
    {
        var (evidence, state) = ProportionTest.Look(Plan, null, Even(100, 5, 4), NullHypothesis.NoEffect, TestState.Initial);
        Assert.Equal(0, evidence.LogEvidence);
        Assert.Null(state.Baseline);
        (_, state) = ProportionTest.Look(Plan, null, Even(150, 6, 6), NullHypothesis.NoEffect, state);
        Assert.Equal(12.5 / 301, state.Baseline);
        (evidence, state) = ProportionTest.Look(Plan, null, Even(7000, 420, 350), NullHypothesis.NoEffect, state);
        Assert.Equal(12.5 / 301, state.Baseline);
        Assert.Equal(
            ProportionEvidence.Evaluate(Plan, 12.5 / 301, Even(7000, 420, 350), NullHypothesis.NoEffect).LogEvidence,
            evidence.LogEvidence);
    }

    [Fact]
    public void Look_ScoreReachesTheLine_LatchesAndKeepsItsPart()
    {
        var (evidence, state) = ProportionTest.Look(Plan, 0.05, Even(9000, 560, 430), NullHypothesis.NoEffect, TestState.Initial);
        Assert.True(evidence.X > Plan.Boundary.Up.Line);
        Assert.True(state.LatchedUp);
        Assert.False(state.LatchedDown);
        (evidence, state) = ProportionTest.Look(Plan, 0.05, Even(12_000, 600, 600), NullHypothesis.NoEffect, state);
        Assert.Equal(1 / Plan.Boundary.Up.CrossingProbability, evidence.DoobUp);
        (evidence, state) = ProportionTest.Look(Plan, 0.05, Even(40_000, 2000, 2000), NullHypothesis.NoEffect, state);
        Assert.True(state.TerminalLookDone);
        Assert.Equal(1 / Plan.Boundary.Up.CrossingProbability, evidence.DoobUp);
        Assert.Equal(0, evidence.DoobDown);
    }

    [Fact]
    public void Look_HorizonPassedBelowTheLine_CountsTheStepOnce()
    {
        var (_, before) = ProportionTest.Look(Plan, 0.05, Even(13_900, 740, 660), NullHypothesis.NoEffect, TestState.Initial);
        Assert.False(before.LatchedUp);
        Assert.True(before.T < 1);
        var (evidence, after) = ProportionTest.Look(Plan, 0.05, Even(14_400, 790, 670), NullHypothesis.NoEffect, before);
        Assert.True(after.TerminalLookDone);
        var expected = EvidenceMixture.TerminalLatch(
            Plan.Boundary.Up.CrossingProbability, before.DoobUp, evidence.X - before.X, evidence.T - before.T);
        Assert.True(expected);
        Assert.True(after.LatchedUp);
        Assert.Equal(before.X, after.X);

        var (_, small) = ProportionTest.Look(Plan, 0.05, Even(14_400, 755, 680), NullHypothesis.NoEffect, before);
        Assert.True(small is { TerminalLookDone: true, LatchedUp: false });
        var (late, never) = ProportionTest.Look(Plan, 0.05, Even(14_900, 900, 680), NullHypothesis.NoEffect, small);
        Assert.False(never.LatchedUp);
        Assert.Equal(0, late.DoobUp);
    }

    [Fact]
    public void Look_NothingMoved_ChangesNothing()
    {
        var first = ProportionTest.Look(Plan, 0.05, Even(7000, 420, 350), NullHypothesis.NoEffect, TestState.Initial);
        var second = ProportionTest.Look(Plan, 0.05, Even(7000, 420, 350), NullHypothesis.NoEffect, first.Next);
        Assert.Equal(first, second);
    }

    [Fact]
    public void Look_HorizonPromisesTooLittle_UsesTheBayesFactorAlone()
    {
        var plan = new SequentialPlan(0.05, 0.8, 300);
        Assert.False(ProportionTest.UsesLine(300, 0.05, Even(50, 3, 1)));
        Assert.True(ProportionTest.UsesLine(400, 0.05, Even(50, 3, 1)));
        Assert.False(ProportionTest.UsesLine(400, 0.99, Even(50, 3, 1)));
        var (evidence, state) = ProportionTest.Look(plan, 0.05, Even(50, 9, 1), NullHypothesis.NoEffect, TestState.Initial);
        Assert.Equal(evidence.LogBayesFactorUp, evidence.LogEvidenceUp);
        Vectors.Near(
            Math.Log((0.8 * Math.Exp(evidence.LogBayesFactorUp)) + (0.2 * Math.Exp(evidence.LogBayesFactorDown))),
            evidence.LogEvidence, 1e-12);
        Assert.Equal(evidence.LogEvidence, state.MaxLogEvidence);
        Assert.Equal(Math.Exp(-evidence.LogEvidence), state.AnytimePValue);
    }

    [Fact]
    public void Look_ShareIsZeroOrOne_SkipsTheEpoch()
    {
        ProportionEpoch[] skipped = [new(0, default, new ProportionCounts(500, 400)), .. Even(7000, 420, 350), new(1, new ProportionCounts(9, 9), default)];
        Assert.Equal(
            ProportionTest.Look(Plan, null, Even(7000, 420, 350), NullHypothesis.NoEffect, TestState.Initial),
            ProportionTest.Look(Plan, null, skipped, NullHypothesis.NoEffect, TestState.Initial));
    }

    [Fact]
    public void TestState_Json_RoundTrips()
    {
        var state = ProportionTest.Look(Plan, 0.05, Even(9000, 560, 430), NullHypothesis.NoEffect, TestState.Initial).Next;
        var json = JsonSerializer.Serialize(state, JsonSerializerOptions.Web);
        Assert.Equal(state, JsonSerializer.Deserialize<TestState>(json, JsonSerializerOptions.Web));
        Assert.Equal(TestState.Initial, JsonSerializer.Deserialize<TestState>("{}", JsonSerializerOptions.Web));
        var plan = JsonSerializer.Deserialize<SequentialPlan>(JsonSerializer.Serialize(Plan));
        Assert.Equal(Plan, plan);
    }

    [Fact]
    public void SequentialPlan_Copied_KeepsItsLineInStep()
    {
        var copy = Plan with { Up = 0.5 };
        Assert.Equal(HorizonBoundary.For(0.05, 0.5), copy.Boundary);
        Assert.Equal("Up", Assert.Throws<ArgumentOutOfRangeException>(() => Plan with { Up = 2 }).ParamName);
    }

    public static TheoryData<string, double, ProportionEpoch> Refused => new()
    {
        { "epochs", 0.05, new ProportionEpoch(0.5, new ProportionCounts(10, 11), default) },
        { "epochs", 0.05, new ProportionEpoch(0.5, new ProportionCounts(-1, 0), default) },
        { "epochs", 0.05, new ProportionEpoch(0.5, default, new ProportionCounts(10, -1)) },
        { "epochs", 0.05, new ProportionEpoch(0.5, default, new ProportionCounts(double.NaN, 1)) },
        { "epochs", 0.05, new ProportionEpoch(1.5, default, default) },
        { "epochs", 0.05, new ProportionEpoch(double.NaN, default, default) },
        { "plannedBaseline", 0, default },
        { "plannedBaseline", 1, default },
        { "plannedBaseline", double.NaN, default },
    };

    [Theory, MemberData(nameof(Refused))]
    public void Look_ArgumentOutOfRange_NamesTheCulprit(string expected, double baseline, ProportionEpoch epoch)
    {
        Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(
            () => ProportionTest.Look(Plan, baseline, [epoch], NullHypothesis.NoEffect, TestState.Initial)).ParamName);
        if (expected == "epochs")
        {
            Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(
                () => ConfidenceSequence.RelativeLift(Plan, baseline, [epoch])).ParamName);
            Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(
                () => ProportionTest.BlindBaseline([epoch])).ParamName);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Look_RatioNotPositive_IsRefused(double ratio) => Assert.Equal("nullHypothesis", Assert.Throws<ArgumentOutOfRangeException>(
        () => ProportionTest.Look(Plan, 0.05, Even(9, 1, 1), NullHypothesis.OfRatio(ratio), TestState.Initial)).ParamName);

    [Theory]
    [InlineData(0.6, 0.5, 100, "Alpha")]
    [InlineData(0, 0.5, 100, "Alpha")]
    [InlineData(0.05, -0.1, 100, "Up")]
    [InlineData(0.05, double.NaN, 100, "Up")]
    [InlineData(0.05, 0.5, 0, "HorizonUsers")]
    [InlineData(0.05, 0.5, double.PositiveInfinity, "HorizonUsers")]
    public void SequentialPlan_ArgumentOutOfRange_NamesTheCulprit(double alpha, double up, double horizon, string expected) =>
        Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(() => new SequentialPlan(alpha, up, horizon)).ParamName);
}
