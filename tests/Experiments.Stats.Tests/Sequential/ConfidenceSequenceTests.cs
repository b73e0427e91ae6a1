using System.Text.Json;
using Experiments.Stats.Sequential;

namespace Experiments.Stats.Tests.Sequential;

public sealed class ConfidenceSequenceTests
{
    public static TheoryData<int> Cases => Vectors.Indices("proportion_interval");

    [Theory, MemberData(nameof(Cases))]
    public void Proportion_GoldenVector_MatchesReference(int index)
    {
        var v = Vectors.Case("proportion_interval", index);
        var plan = new SequentialPlan(v.Number("alpha"), v.Number("up"), v.Number("planned_units"));
        var epochs = ProportionEvidenceTests.Epochs(v);
        Check(v.GetProperty("relative_lift"), ConfidenceSequence.RelativeLift(plan, v.Number("m"), epochs, usesLine: true));
        Check(v.GetProperty("difference"), ConfidenceSequence.Difference(plan, v.Number("m"), epochs, usesLine: true));
    }

    [Fact]
    public void Proportion_NoUnits_IsUnbounded()
    {
        var plan = new SequentialPlan(0.05, 0.8, 1000);
        Assert.Equal(Interval.Unbounded, ConfidenceSequence.RelativeLift(plan, 0.05, [new ProportionEpoch(0.5, default, default)]));
        Assert.Equal(Interval.Unbounded, ConfidenceSequence.RelativeLift(plan, 0.05, ReadOnlySpan<ProportionEpoch>.Empty));
        Assert.Equal(Interval.Unbounded, ConfidenceSequence.Difference(plan, 0.05, ReadOnlySpan<ProportionEpoch>.Empty));
    }

    [Fact]
    public void Proportion_EffectTurnsAround_IsEmpty()
    {
        var plan = new SequentialPlan(0.05, 0.5, 200_000);
        ProportionEpoch[] epochs =
        [
            new(0.5, new ProportionCounts(50_000, 10_000), new ProportionCounts(50_000, 2_000)),
            new(0.9, new ProportionCounts(90_000, 2_000), new ProportionCounts(10_000, 4_000)),
        ];
        Assert.True(ConfidenceSequence.RelativeLift(plan, 0.1, epochs).IsEmpty);
    }

    [Fact]
    public void Mean_TypicalMoments_ExcludesNullExactlyWhenEvidenceDecides()
    {
        var plan = new SequentialPlan(0.05, 0.8, 20_000);
        var decided = 0;
        for (var effect = 0.0; effect < 0.6; effect += 0.02)
        {
            MeanEpoch[] epochs =
            [
                new(0.5, new MeanMoments(5000, 2 + effect, 5000 * 9), new MeanMoments(5000, 2, 5000 * 9), 3000),
            ];
            var (evidence, state) = MeanTest.Look(plan, null, epochs, NullHypothesis.NoEffect, TestState.Initial);
            var lift = ConfidenceSequence.RelativeLift(plan, state.Sigma2!.Value, epochs)!.Value;
            var difference = ConfidenceSequence.Difference(plan, state.Sigma2!.Value, epochs);
            Assert.True(lift.Contains(effect / 2));
            Assert.True(difference.Contains(effect));
            Assert.Equal(evidence.LogEvidence < plan.LogThreshold, difference.Contains(0));
            Assert.Equal(lift.Contains(0), difference.Contains(0));
            decided += difference.Contains(0) ? 0 : 1;
        }

        Assert.InRange(decided, 5, 25);
    }

    [Fact]
    public void Mean_ControlNotClearlyAboveZero_RefusesTheLift()
    {
        var plan = new SequentialPlan(0.05, 0.8, 20_000);
        MeanEpoch[] epochs = [new(0.5, new MeanMoments(500, 0.3, 500 * 99), new MeanMoments(500, 0.1, 500 * 99), 300)];
        Assert.Null(ConfidenceSequence.RelativeLift(plan, 99, epochs));
        Assert.NotNull(ConfidenceSequence.Difference(plan, 99, epochs).Upper);
    }

    [Fact]
    public void Mean_BeforeItStarts_IsUnbounded()
    {
        var plan = new SequentialPlan(0.05, 0.8, 20_000);
        MeanEpoch[] epochs = [new(0.5, new MeanMoments(149, 3, 900), new MeanMoments(500, 1, 900), 300)];
        Assert.Equal(Interval.Unbounded, ConfidenceSequence.RelativeLift(plan, 9, epochs));
        Assert.Equal(Interval.Unbounded, ConfidenceSequence.Difference(plan, 9, epochs));
    }

    [Fact]
    public void Update_LooksNarrowAndContradict_KeepsTheLastAndSaysUnstable()
    {
        var running = RunningInterval.Initial.Update(new Interval(-0.1, null)).Update(new Interval(null, 0.3));
        Assert.Equal(new Interval(-0.1, 0.3), running.Value);
        Assert.False(running.IsUnstable);
        running = running.Update(new Interval(0.4, 0.5));
        Assert.Equal(new RunningInterval(new Interval(-0.1, 0.3), true), running);
        running = running.Update(Interval.Unbounded).Update(Interval.Empty);
        Assert.Equal(new Interval(-0.1, 0.3), running.Value);
    }

    private static void Check(JsonElement expected, Interval actual)
    {
        Check(expected[0], actual.Lower);
        Check(expected[1], actual.Upper);
    }

    private static void Check(JsonElement expected, double? actual)
    {
        if (expected.ValueKind == JsonValueKind.Null)
        {
            Assert.Null(actual);
        }
        else
        {
            Vectors.Near(expected.GetDouble(), actual!.Value, 1e-7);
        }
    }
}
