using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

public sealed class SegmentedStepTests
{
    private static readonly EpochRow North = Rows.Of(0, 0, [ArmCell.OfProportion(2000, 60), ArmCell.OfProportion(2000, 130)]);
    private static readonly EpochRow South = Rows.Of(0, 0, [ArmCell.OfProportion(2000, 130), ArmCell.OfProportion(2000, 60)]);
    private static readonly EpochRow Small = Rows.Of(0, 0, [ArmCell.OfProportion(200, 5), ArmCell.OfProportion(200, 8)]);

    [Fact]
    public void Compute_ArmsOppositeInTwoSegments_SendsEachWhereItIsBest()
    {
        var update = Step([North, South, Small]);
        Assert.Equal([3000, 7000], update.Segments[0].Buckets);
        Assert.Equal([7000, 3000], update.Segments[1].Buckets);
        Assert.True(update.Segments[0].ProbabilityBest![1] > 0.99);
        Assert.True(update.Segments[1].ProbabilityBest![0] > 0.99);
        Assert.False(update.Segments[2].HasOwnTable);
        Assert.Equal(update.Overall.Buckets, update.Segments[2].Buckets);
    }

    [Fact]
    public void Compute_ArmHopelessOverall_MayStillWinASegment()
    {
        // The overall P(best) of the second arm is exactly 0: it must not be left out where it is best.
        EpochRow[] rows =
        [
            Rows.Of(0, 0, [ArmCell.OfProportion(400_000, 40_000), ArmCell.OfProportion(400_000, 12_000)]),
            Rows.Of(0, 0, [ArmCell.OfProportion(20_000, 600), ArmCell.OfProportion(20_000, 2000)]),
        ];
        var update = Step(rows);
        Assert.Equal(0, update.Overall.ProbabilityBest![1]);
        Assert.True(update.Segments[1].ProbabilityBest![1] > 0.99);
    }

    [Fact]
    public void Compute_OverallStepStopped_StopsTheSegments()
    {
        var update = Step([North, South], healthy: false);
        Assert.All(update.Segments, s => Assert.Equal([5000, 5000], s.Buckets));
        Assert.All(update.Segments, s => Assert.Null(s.ProbabilityBest));
    }

    [Fact]
    public void Compute_ArmPaused_HasNoWeightInAnySegment()
    {
        EpochRow Three(EpochRow row) => row with { Arms = [.. row.Arms, ArmCell.OfProportion(2000, 400)], Buckets = [3334, 3333, 3333] };
        EpochRow[] rows = [Three(North), Three(South)];
        var update = SegmentedStep.Compute(BanditSettings.Default, Input(rows, [3334, 3333, 3333]) with { Active = [true, true, false] }, Segments(rows, [3334, 3333, 3333]));
        Assert.All(update.Segments, s => Assert.Equal(0, s.Buckets[2]));
        Assert.All(update.Segments, s => Assert.Equal(1, s.ProbabilityBest!.Sum(), 1e-9));
    }

    [Fact]
    public void Compute_MeanOrTooManySegments_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => SegmentedStep.Compute(
            BanditSettings.Default, Input([North], [5000, 5000]) with { Kind = KpiKind.Mean }, Segments([North], [5000, 5000])));
        Assert.Throws<ArgumentException>(() => Step([.. Enumerable.Repeat(North, 10)]));
    }

    private static SegmentedUpdate Step(EpochRow[] rows, bool healthy = true) =>
        SegmentedStep.Compute(BanditSettings.Default, Input(rows, [5000, 5000]) with { IsHealthy = healthy }, Segments(rows, [5000, 5000]));

    private static SegmentInput[] Segments(EpochRow[] rows, int[] buckets) => [.. rows.Select(r => new SegmentInput(buckets, [r]))];

    private static BanditInput Input(EpochRow[] rows, int[] buckets) =>
        new(KpiKind.Proportion, buckets, [rows[0] with { Arms = [.. rows[0].Arms.Select((_, k) => rows.Select(r => r.Arms[k]).Aggregate((a, b) => a + b))] }]);
}
