using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

public sealed class BanditStepTests
{
    private static readonly EpochRow Plenty = Rows.Of(0, 0, [ArmCell.OfProportion(2000, 60), ArmCell.OfProportion(2000, 90)]);

    [Fact]
    public void Compute_BetterArm_GetsMoreButNoMoreThanOneMove()
    {
        var update = Step([5000, 5000], [Plenty]);
        Assert.Equal(AllocationReason.Moved, update.Reason);
        Assert.Equal([3000, 7000], update.Buckets);
        Assert.Equal(1, update.Leader);
        Assert.InRange(update.RelativeLoss!.Value, 0, 0.01);
        Assert.Equal(AllocationReason.AtTarget, Step([2000, 8000], [Plenty]).Reason);
    }

    [Fact]
    public void Compute_KpiThatShouldFall_PrefersTheOtherArm()
    {
        var update = BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Proportion, [5000, 5000], [Plenty]) { IncreaseIsGood = false });
        Assert.Equal(0, update.Leader);
        Assert.Equal([7000, 3000], update.Buckets);
    }

    [Fact]
    public void Compute_ArmOfTheStartTooSmall_KeepsTheTable()
    {
        var update = Step([5000, 5000], [Rows.Of(0, 0, [ArmCell.OfProportion(2000, 60), ArmCell.OfProportion(99, 9)])]);
        Assert.Equal((AllocationReason.BurnIn, 5000), (update.Reason, update.Buckets[0]));
        Assert.NotNull(update.ProbabilityBest);
    }

    [Fact]
    public void Compute_ArmAddedLater_HoldsTheFloorAndStopsNobody()
    {
        EpochRow[] rows =
        [
            Rows.Of(0, 0, [ArmCell.OfProportion(2000, 60), ArmCell.OfProportion(2000, 90), default], [5000, 5000, 0]),
            Rows.Of(1, 1, [ArmCell.OfProportion(100, 3), ArmCell.OfProportion(100, 4), ArmCell.OfProportion(40, 9)], [4950, 4950, 100]),
        ];
        var update = BanditStep.Compute(
            new BanditSettings { MaximumMove = 1 }, new BanditInput(KpiKind.Proportion, [5000, 5000, 0], rows) { AddedLater = [false, false, true] });
        Assert.Equal(AllocationReason.Moved, update.Reason);
        Assert.Equal(0, update.ProbabilityBest![2]);
        Assert.InRange(update.Buckets[2], 80, 100);
    }

    [Theory]
    [InlineData(false, AllocationReason.Unhealthy)]
    [InlineData(true, AllocationReason.Moved)]
    public void Compute_ArmPaused_LeavesAtOnceWhateverTheHealth(bool healthy, AllocationReason reason)
    {
        EpochRow[] rows = [Rows.Of(0, 0, [ArmCell.OfProportion(2000, 60), ArmCell.OfProportion(2000, 90), ArmCell.OfProportion(2000, 70)], [4000, 4000, 2000])];
        var update = BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Proportion, [4000, 4000, 2000], rows)
        {
            Active = [true, true, false],
            IsHealthy = healthy,
        });
        Assert.Equal(reason, update.Reason);
        Assert.Equal(0, update.Buckets[2]);
        Assert.Equal(0, update.ProbabilityBest![2]);
        if (!healthy)
        {
            Assert.Equal([5000, 5000, 0], update.Buckets);
        }
    }

    [Fact]
    public void Compute_NothingConverted_KeepsTheTable()
    {
        var update = Step([5000, 5000], [Rows.Of(0, 0, [ArmCell.OfProportion(2000, 0), ArmCell.OfProportion(2000, 0)])]);
        Assert.Equal((AllocationReason.NoConversions, null, null), (update.Reason, update.Leader, update.RelativeLoss));
        Assert.Equal([5000, 5000], update.Buckets);
        Assert.Equal(AllocationReason.BurnIn, Step([5000, 5000], []).Reason);
    }

    [Fact]
    public void Compute_OneArmWithoutConversions_IsHeldByThePrior()
    {
        var update = Step([5000, 5000], [Rows.Of(0, 0, [ArmCell.OfProportion(200, 0), ArmCell.OfProportion(200, 6)])]);
        Assert.InRange(update.ProbabilityBest![0], 0.001, 0.5);
    }

    [Fact]
    public void Compute_OneArmOrNoneActive_ControlOrThatArmGetsAll()
    {
        Assert.Equal([10_000], Step([10_000], [Rows.Of(0, 0, [ArmCell.OfProportion(2000, 60)])]).Buckets);
        foreach (var (active, expected) in new[] { (new[] { false, false }, new[] { 10_000, 0 }), ([false, true], [0, 10_000]) })
        {
            var update = BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Proportion, [5000, 5000], [Plenty]) { Active = active });
            Assert.Equal(expected, update.Buckets);
            Assert.Equal(AllocationReason.OneArm, update.Reason);
        }
    }

    [Fact]
    public void Compute_MeanWithoutVariance_KeepsTheTable()
    {
        ArmCell Same(double n) => ArmCell.OfMean(new MeanMoments(n, 4, 0), n);
        var update = BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Mean, [5000, 5000], [Rows.Of(0, 0, [Same(500), Same(600)])]));
        Assert.Equal(AllocationReason.NoConversions, update.Reason);
    }

    [Fact]
    public void Compute_HalfLife_ForgetsOldDays()
    {
        EpochRow[] rows =
        [
            Rows.Of(0, 0, [ArmCell.OfProportion(5000, 300), ArmCell.OfProportion(5000, 200)]), Rows.Of(0, 200, [ArmCell.OfProportion(5000, 200), ArmCell.OfProportion(5000, 260)]),
        ];
        int? Leader(double? halfLife) => BanditStep.Compute(
            new BanditSettings { HalfLifeDays = halfLife }, new BanditInput(KpiKind.Proportion, [5000, 5000], rows) { NowDays = 201 }).Leader;
        Assert.Equal(0, Leader(null));
        Assert.Equal(1, Leader(28));
    }

    [Fact]
    public void Compute_CostAboveTheGain_LeavesTheDearArm()
    {
        BanditUpdate With(double cost) => BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Proportion, [5000, 5000], [Plenty])
        {
            Costs = new BanditCosts([0, cost], null, 100),
        });
        Assert.Equal(1, With(0.5).Leader); // 1.5 of margin a user for half of it
        Assert.Equal(0, With(3).Leader);
    }

    [Fact]
    public void Compute_BudgetTooSmall_MixesInTheCheapestArm()
    {
        var costs = new BanditCosts([0, 2], 0.5, null);
        int[] buckets = [5000, 5000];
        for (var step = 0; step < 10; step++)
        {
            buckets = [.. BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Proportion, buckets, [Plenty]) { Costs = costs }).Buckets];
        }

        Assert.InRange(buckets[1] * 2 / 10_000.0, 0.499, 0.501);
    }

    [Fact]
    public void Compute_RatioLinearised_IsTheMeanOfThePerUserValue()
    {
        BivariateMoments[] arms = [BivariateMoments.FromSums(1000, 4210, 1530, 41_000, 4100, 9000), BivariateMoments.FromSums(1100, 4900, 1700, 46_000, 4700, 9900)];
        var line = LinearisedRatio.OfRatio(arms[0] + arms[1])!.Value;
        var cells = arms.Select(a => line.Apply(a, 500)).ToArray();

        // The pooled linearised value has the pooled numerator's mean, and the arms differ by their ratios' difference times a mean denominator.
        Vectors.NearRelative((4210 + 4900) / 2100.0, (cells[0] + cells[1]).Moments.Mean, 1e-12);
        Vectors.NearRelative((4210 / 1000.0) - (line.Slope * ((1530 / 1000.0) - line.Centre)), cells[0].Moments.Mean, 1e-12);
        var update = BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Mean, [5000, 5000], [Rows.Of(0, 0, cells)]));
        Assert.Equal(1, update.Leader);
    }

    [Fact]
    public void Compute_NegativeSums_FallBackToPlainUsers()
    {
        ArmCell Loss(double n, double mean) => ArmCell.OfMean(new MeanMoments(n, mean, n * 9), n);
        var update = BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Mean, [5000, 5000], [Rows.Of(0, 0, [Loss(500, -2), Loss(500, -1)])]));
        Assert.Equal(1, update.Leader);
        Assert.All(update.Posteriors!.Normal, law => Assert.True(double.IsFinite(law.Mean) && law.StandardDeviation > 0));
    }

    [Fact]
    public void Compute_RefusedInput_NamesTheCulprit()
    {
        Assert.ThrowsAny<ArgumentException>(() => Step([5000, 5000, 0], [Plenty]));
        Assert.ThrowsAny<ArgumentException>(() => Step([], []));
        Assert.ThrowsAny<ArgumentException>(() => Step([5000, 5000], [Rows.Of(0, 0, [ArmCell.OfProportion(-1, 0), default])]));
        Assert.ThrowsAny<ArgumentException>(() => Step([5000, 5000], [Rows.Of(0, 0, [new(1, 1, double.NaN, 0), default])]));
        Assert.ThrowsAny<ArgumentException>(() => Step([-1, 10_001], [Plenty]));
        Assert.ThrowsAny<ArgumentException>(() => BanditStep.Compute(
            BanditSettings.Default, new BanditInput(KpiKind.Proportion, [5000, 5000], [Plenty]) { Active = [true] }));
        Assert.ThrowsAny<ArgumentException>(() => BanditStep.Compute(
            BanditSettings.Default, new BanditInput(KpiKind.Proportion, [5000, 5000], [Plenty]) { Costs = new BanditCosts([1], 1, null) }));
    }

    [Theory]
    [InlineData(1, 0.01, 0.2, "at least two arms")]
    [InlineData(60, 0.02, 0.2, "more than all traffic")]
    [InlineData(3, 0.1, 0.05, "below the floor")]
    public void RequireArms_ImpossibleSettings_SaysWhatWouldBeRight(int arms, double floor, double control, string says) => Assert.Contains(
        says, Assert.Throws<ArgumentException>(() => new BanditSettings { Floor = floor, ControlShare = control }.RequireArms(arms)).Message, StringComparison.Ordinal);

    [Fact]
    public void Settings_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BanditSettings { Floor = 0.6 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BanditSettings { ControlShare = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BanditSettings { MaximumMove = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BanditSettings { PriorLogSd = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BanditSettings { HalfLifeDays = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HoldbackPlan { Holdback = 0.51 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HoldbackPlan { Demote = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PromotionRule { CycleDays = 0 });
    }

    private static BanditUpdate Step(int[] buckets, EpochRow[] rows) =>
        BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Proportion, buckets, rows));
}
