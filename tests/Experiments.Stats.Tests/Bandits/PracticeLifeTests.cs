using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

/// <summary>A best practice after its promotion: rules around the detector and the ageing of evidence.</summary>
public sealed class PracticeLifeTests
{
    [Theory]
    [InlineData(0.9, null, false, RetestAction.Keep)]
    [InlineData(0.79, null, false, RetestAction.Retest)]
    [InlineData(0.99, null, true, RetestAction.Retest)]
    [InlineData(0.99, 13.9, false, RetestAction.Retest)]
    [InlineData(0.95, 14.0, false, RetestAction.Renew)]
    [InlineData(0.94, 59.0, false, RetestAction.Retest)]
    [InlineData(0.94, 60.0, false, RetestAction.RenewWeak)]
    [InlineData(0.95, 60.0, false, RetestAction.Renew)]
    public void Judge_ByStrengthAndDays_FollowsTheRule(double probability, double? days, bool due, RetestAction expected) =>
        Assert.Equal(expected, RetestRule.Judge(probability, days, due));

    [Fact]
    public void Close_MeanThatFell_IsDemotedAndARiseIsNot()
    {
        var scale = new ScoreScale(3, 900);
        HoldbackAction After(double effect)
        {
            var (state, action) = (HoldbackState.Initial, HoldbackAction.Keep);
            for (var cycle = 0; cycle < 20 && action != HoldbackAction.Demote; cycle++)
            {
                ScoreStratum[] rows = [new(1, 0.95, Cell(66_500, 3 + effect), Cell(3500, 3))];
                (state, _, action) = HoldbackDetector.Close(new HoldbackPlan(), state, ScoreProcess.Read(rows, scale));
            }

            return action;
        }

        Assert.Equal(HoldbackAction.Demote, After(-1.2));
        Assert.Equal(HoldbackAction.Keep, After(0.5));
    }

    [Fact]
    public void Close_KpiThatShouldFall_LooksTheOtherWay()
    {
        var plan = new HoldbackPlan { IncreaseIsGood = false };
        SplitStratum[] cycle = [new(0.95, 2500, 90)];
        var (_, falling, _) = HoldbackDetector.Close(plan, HoldbackState.Initial, cycle);
        Assert.Equal(SplitProcess.LogHarm(cycle, increaseIsGood: false), falling, 1e-12);
        Assert.NotEqual(HoldbackDetector.Close(new HoldbackPlan(), HoldbackState.Initial, cycle).LogStatistic, falling);
    }

    [Fact]
    public void Close_EmptyCycle_AddsItsStartOnly()
    {
        var (state, first, _) = HoldbackDetector.Close(new HoldbackPlan(), HoldbackState.Initial, []);
        Assert.Equal(0, first, 1e-12);
        Assert.Equal(Math.Log(2), HoldbackDetector.Close(new HoldbackPlan(), state, []).LogStatistic, 1e-12);
        Assert.Equal(0, HoldbackDetector.Close(new HoldbackPlan(), HoldbackState.Initial, ScoreProcess.Read([], null)).LogStatistic, 1e-12);
    }

    [Fact]
    public void Close_ForeignState_IsRefused() => Assert.Equal("state", Assert.ThrowsAny<ArgumentException>(
        () => HoldbackDetector.Close(new HoldbackPlan(), new HoldbackState([1, 2], 1), [])).ParamName);

    [Fact]
    public void Age_InPieces_EqualsAgeAtOnceAndNewsRenewIt()
    {
        var strength = EvidenceStrength.Of([new SplitStratum(0.5, 700, 500)]);
        Assert.Equal((100, 300), (strength.Score, strength.Information));
        var (whole, pieces) = (strength.Age(90), strength.Age(30).Age(60));
        Assert.Equal(whole.Score, pieces.Score, 1e-12);
        Assert.Equal(0.5, strength.Age(180).Information / strength.Information, 1e-12);
        Assert.True((strength.Age(400) + strength).ProbabilityBetter() > strength.Age(400).ProbabilityBetter());
        Assert.Equal(1, strength.ProbabilityBetter(false) + strength.ProbabilityBetter(), 1e-12);
    }

    [Fact]
    public void Of_ScoreReading_IsOnTheScaleOfTheLift()
    {
        ScoreStratum[] rows = [new(0, 0.5, Cell(50_000, 3.3), Cell(50_000, 3))];
        var strength = EvidenceStrength.Of(ScoreProcess.Read(rows, ScoreScale.Of(rows)));
        Assert.InRange(strength.Score / strength.Information, 0.08, 0.12); // about a lift of 10 %
        Assert.Equal(default, EvidenceStrength.Of(ScoreProcess.Read(rows, null)));
    }

    [Fact]
    public void PracticeValue_Proportion_IsTheConversionsThatTheHoldbackLacks()
    {
        // 5 % against 4 %: of 1,000 converters served a fifth came from the practice.
        var value = PracticeValue.OfProportion(1000, Math.Log(1.25), new Interval(0, null), 30);
        Assert.Equal(200 * 30, value.Money!.Value, 1e-9);
        Assert.Equal((0, null), (value.Interval.Lower, value.Interval.Upper));
        Assert.Null(PracticeValue.OfProportion(0, null, Interval.Unbounded, 30).Money);
        Assert.Equal(500, PracticeValue.OfMean(1000, 0.5, new Interval(0.1, 0.9), 1).Money);
    }

    [Fact]
    public void ChampionProof_ByEvidence_ProvesOrSwitchesOff()
    {
        var better = ChampionProof.Of([new SplitStratum(0.9, 9800, 900)], true);
        Assert.True(better is { IsProved: true, StaysOn: true });
        var worse = ChampionProof.Of([new SplitStratum(0.9, 8000, 1100)], true);
        Assert.True(worse is { IsProved: false, StaysOn: false });
        Assert.True(ChampionProof.Of([], true) is { IsProved: false, StaysOn: true, LogBetter: 0 });
    }

    [Fact]
    public void SegmentModel_SmallSegmentAndMirror_BehaveAsWritten()
    {
        Assert.True(SegmentModel.HasOwnTable(500, 10));
        Assert.False(SegmentModel.HasOwnTable(499, 10));
        Assert.False(SegmentModel.HasOwnTable(500, 9));
        double[][] trials = [[1000, 1000], [2000, 2000]], conversions = [[30, 50], [60, 70]];
        var (rise, fall) = (SegmentModel.Compute(trials, conversions), SegmentModel.Compute(trials, conversions, increaseIsGood: false));
        Assert.Equal(1, rise.ProbabilityBest[0][0] + fall.ProbabilityBest[0][0], 1e-9);
        Assert.ThrowsAny<ArgumentException>(() => SegmentModel.Compute([], []));
        Assert.ThrowsAny<ArgumentException>(() => SegmentModel.Compute([[1, 2]], [[1]]));
        Assert.ThrowsAny<ArgumentException>(() => SegmentModel.Compute([.. Enumerable.Repeat(new double[] { 1, 1 }, 10)], [.. Enumerable.Repeat(new double[] { 0, 0 }, 10)]));
    }

    [Fact]
    public void OffPolicy_EnoughOrWrongPropensities_SaysWhetherItCanBeKnown()
    {
        var (random, fair, wrong) = (new Random(3), new OffPolicyLog(), new OffPolicyLog());
        for (var user = 0; user < 4000; user++)
        {
            var arm = random.NextDouble() < 0.3 ? 1 : 0;
            var reward = random.NextDouble() < (arm == 1 ? 0.10 : 0.05) ? 1 : 0;
            fair.Add(new OffPolicyRow(arm == 1 ? 0.3 : 0.7, arm == 1 ? 0.8 : 0.2, reward, 0.07, 0.09));
            wrong.Add(new OffPolicyRow(arm == 1 ? 0.6 : 0.4, arm == 1 ? 0.8 : 0.2, reward, 0.07, 0.09));
        }

        var reading = fair.Read();
        Assert.True(reading.IsKnown);
        Assert.InRange(reading.InversePropensity.Value!.Value, 0.09 - (4 * reading.InversePropensity.StandardError!.Value), 0.09 + (4 * reading.InversePropensity.StandardError!.Value));
        Assert.False(wrong.Read().IsKnown);
        Assert.Equal(default, new OffPolicyLog().Read());
        Assert.Throws<ArgumentOutOfRangeException>(() => fair.Add(new OffPolicyRow(0, 1, 1, 0, 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => fair.Add(new OffPolicyRow(0.5, 1, double.NaN, 0, 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightedDifference.Of([new WeightedUser(1, true, 1, 0, 0)]));
    }

    private static ArmCell Cell(double users, double mean) => ArmCell.OfMean(new MeanMoments(users, mean, users * 900), users / 10);
}
