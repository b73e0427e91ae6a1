using Experiments.Stats.Sequential;

namespace Experiments.Stats.Tests.Sequential;

/// <summary>What must hold for every input, checked on seeded random ones.</summary>
public sealed class EvidencePropertyTests
{
    private readonly Random _random = new(7);

    private ProportionEpoch Epoch(double share)
    {
        var treated = _random.Next(1, 5000);
        var control = _random.Next(1, 5000);
        return new ProportionEpoch(
            share, new ProportionCounts(treated, _random.Next(0, (treated / 8) + 1)),
            new ProportionCounts(control, _random.Next(0, (control / 8) + 1)));
    }

    [Fact]
    public void Evaluate_LaterEpochsReordered_GivesTheSame()
    {
        for (var run = 0; run < 200; run++)
        {
            ProportionEpoch[] epochs = [Epoch(0.5), Epoch(0.3), Epoch(0.7), Epoch(0.9)];
            ProportionEpoch[] reordered = [epochs[0], epochs[3], epochs[1], epochs[2]];
            var plan = new SequentialPlan(0.05, 0.8, 30_000);
            Same(
                ProportionEvidence.Evaluate(plan, 0.06, epochs, NullHypothesis.NoEffect),
                ProportionEvidence.Evaluate(plan, 0.06, reordered, NullHypothesis.NoEffect));
        }
    }

    [Fact]
    public void Evaluate_EpochsOfEqualShareMerged_GivesTheSame()
    {
        for (var run = 0; run < 200; run++)
        {
            var (a, b, c) = (Epoch(0.4), Epoch(0.7), Epoch(0.4));
            var plan = new SequentialPlan(0.05, 0.5, 30_000);
            var merged = new ProportionEpoch(0.4, a.Treatment + c.Treatment, a.Control + c.Control);
            Same(
                ProportionEvidence.Evaluate(plan, 0.06, [a, b, c], NullHypothesis.OfRatio(0.98)),
                ProportionEvidence.Evaluate(plan, 0.06, [merged, b], NullHypothesis.OfRatio(0.98)));
        }
    }

    [Fact]
    public void Evaluate_ArmsSwapped_MirrorsTheEvidence()
    {
        for (var run = 0; run < 200; run++)
        {
            var share = 0.05 + (0.9 * _random.NextDouble());
            var e = Epoch(share);
            var direct = ProportionEvidence.Evaluate(new SequentialPlan(0.05, 0.8, 20_000), 0.06, [e], NullHypothesis.NoEffect);
            var swapped = ProportionEvidence.Evaluate(
                new SequentialPlan(0.05, 1 - 0.8, 20_000), 0.06, [new(1 - share, e.Control, e.Treatment)], NullHypothesis.NoEffect);
            Vectors.Near(direct.LogEvidence, swapped.LogEvidence);
            Vectors.Near(direct.X, -swapped.X);
            Vectors.Near(direct.LogEvidenceUp, swapped.LogEvidenceDown);
        }
    }

    [Theory]
    [InlineData(0.5, 0.05, 0.05, 1)]
    [InlineData(0.2, 0.05, 0.4, 1)]
    [InlineData(0.9, 0.5, 0.01, 1)]
    [InlineData(0.3, 0.1, 0.2, 0.9)]
    public void BayesFactor_OneUnitUnderTheNull_AveragesToOne(double w, double m, double rate, double rho)
    {
        // Whatever the true base rate: P(arm) P(outcome | arm) times the factor sums to 1 when p_T = rho p_C.
        var plan = new SequentialPlan(0.05, 0.8, 2000);
        var (up, down) = (0.0, 0.0);
        foreach (var (treated, converted) in new[] { (true, 1), (true, 0), (false, 1), (false, 0) })
        {
            var one = new ProportionCounts(1, converted);
            var p = treated ? rho * rate : rate;
            var probability = (treated ? w : 1 - w) * (converted == 1 ? p : 1 - p);
            var e = ProportionEvidence.Evaluate(
                plan, m, [new(w, treated ? one : default, treated ? default : one)], NullHypothesis.OfRatio(rho));
            up += probability * Math.Exp(e.LogBayesFactorUp);
            down += probability * Math.Exp(e.LogBayesFactorDown);
        }

        Vectors.Near(1, up, 1e-13);
        Vectors.Near(1, down, 1e-13);
    }

    [Fact]
    public void RelativeLift_AnyCounts_ExcludesZeroExactlyWhenEvidenceDecides()
    {
        var decided = 0;
        for (var run = 0; run < 300; run++)
        {
            var plan = new SequentialPlan(0.05, 0.8, 8000);
            var epoch = Epoch(0.5);
            var e = ProportionEvidence.Evaluate(plan, 0.06, [epoch], NullHypothesis.NoEffect);
            if (e.T < 0.8)
            {
                var lift = ConfidenceSequence.RelativeLift(plan, 0.06, [epoch]);
                Assert.Equal(e.LogEvidence < plan.LogThreshold, lift.Contains(0));
                decided += lift.Contains(0) ? 0 : 1;
            }
        }

        Assert.True(decided > 20);
    }

    [Fact]
    public void MeanTest_ValuesScaled_ScalesTheDifferenceAndKeepsTheLift()
    {
        var plan = new SequentialPlan(0.05, 0.8, 20_000);
        for (var run = 0; run < 50; run++)
        {
            MeanMoments t = new(4000, 2.2 + _random.NextDouble(), 4000 * 9), c = new(6000, 2.1, 6000 * 8);
            MeanMoments Scaled(MeanMoments m) => new(m.Users, 100 * m.Mean, 1e4 * m.SumOfSquaredDeviations);
            MeanEpoch[] plain = [new(0.4, t, c, 3000)];
            MeanEpoch[] scaled = [new(0.4, Scaled(t), Scaled(c), 3000)];
            var (e, state) = MeanTest.Look(plan, null, plain, NullHypothesis.NoEffect, TestState.Initial);
            var (f, other) = MeanTest.Look(plan, null, scaled, NullHypothesis.NoEffect, TestState.Initial);
            Vectors.Near(e.LogEvidence, f.LogEvidence);
            var (a, b) = (ConfidenceSequence.Difference(plan, state.Sigma2!.Value, plain), ConfidenceSequence.Difference(plan, other.Sigma2!.Value, scaled));
            Vectors.Near(100 * a.Lower!.Value, b.Lower!.Value, 1e-7);
            Vectors.Near(100 * a.Upper!.Value, b.Upper!.Value, 1e-7);
            var lift = ConfidenceSequence.RelativeLift(plan, state.Sigma2.Value, plain)!.Value;
            Vectors.Near(lift.Upper!.Value, ConfidenceSequence.RelativeLift(plan, other.Sigma2.Value, scaled)!.Value.Upper!.Value, 1e-7);
        }
    }

    [Fact]
    public void MeanTest_StartRules_WaitForUsersAndNonZeroUsers()
    {
        var plan = new SequentialPlan(0.05, 0.8, 20_000);
        Evidence At(double users, double nonZero) => MeanTest.Look(
            plan, null, [new(0.5, new MeanMoments(users, 3, users * 4), new MeanMoments(users, 2, users * 4), nonZero)],
            NullHypothesis.NoEffect, TestState.Initial).Evidence;
        Assert.Equal(0, At(149, 100).LogEvidence);
        Assert.Equal(0, At(150, 9).LogEvidence);
        Assert.NotEqual(0, At(150, 10).LogEvidence);
    }

    [Fact]
    public void MeanTest_SmallEpochAmongSeveral_Waits()
    {
        var plan = new SequentialPlan(0.05, 0.8, 20_000);
        MeanEpoch full = new(0.5, new MeanMoments(500, 3, 2000), new MeanMoments(500, 2, 2000), 300);
        MeanEpoch small = new(0.3, new MeanMoments(29, 90, 2000), new MeanMoments(80, 2, 2000), 30);
        Assert.Equal(
            MeanTest.Look(plan, 4, [full], NullHypothesis.NoEffect, TestState.Initial).Evidence,
            MeanTest.Look(plan, 4, [full, small], NullHypothesis.NoEffect, TestState.Initial).Evidence);
    }

    [Fact]
    public void MeanMoments_InPieces_AddUpToTheWhole()
    {
        var values = Enumerable.Range(0, 1000).Select(_ => 1e6 + _random.NextDouble()).ToArray();
        var whole = MeanMoments.FromSums(1000, values.Sum(v => v - 1e6), values.Sum(v => (v - 1e6) * (v - 1e6)), 1e6);
        var pieces = values.Chunk(7).Select(c => MeanMoments.FromSums(
                c.Length, c.Sum(v => v - 1e6), c.Sum(v => (v - 1e6) * (v - 1e6)), 1e6))
            .Aggregate(default(MeanMoments), (a, b) => a + b);
        Vectors.NearRelative(whole.Mean, pieces.Mean, 1e-14);
        Vectors.NearRelative(whole.Variance, pieces.Variance, 1e-9);
    }

    [Fact]
    public void ChanceToCross_AtTheStartWithoutDrift_IsTheCrossingProbability()
    {
        var plan = new SequentialPlan(0.05, 0.8, 1000);
        Vectors.Near(plan.Boundary.Up.CrossingProbability, Futility.ChanceToCross(plan, 0, 0), 1e-12);
        Vectors.Near(
            Futility.ChanceToCross(plan with { Up = 0.2 }, -1.1, 0.4), Futility.ChanceToCross(plan, 1.1, 0.4), 1e-12);
        Assert.Equal(1, Futility.ChanceToCross(plan, 3, 0.4));
        Assert.Equal(0, Futility.ChanceToCross(plan, 1, 1));
        Assert.True(Futility.IsFutile(plan, 0.1, 0.6));
        Assert.False(Futility.IsFutile(plan, 0.1, 0.4));
        Assert.False(Futility.IsFutile(plan, 1.8, 0.6));
        Assert.False(Futility.IsFutile(plan, 0.1, 1.2));
    }

    [Theory]
    [InlineData(true, 0.98, 1, 0)]
    [InlineData(false, 1.02, 0, 1)]
    public void GuardrailPlan_Direction_SetsNullAndSides(bool higherIsBetter, double rho, double harmless, double harmful)
    {
        var plan = GuardrailPlan.Create(0.02, higherIsBetter, 2, 28_000);
        Assert.Equal(NullHypothesis.OfRatio(rho), plan.NullHypothesis);
        Assert.Equal(new SequentialPlan(0.05, harmless, 28_000), plan.Harmless);
        Assert.Equal(new SequentialPlan(0.025, harmful, 28_000), plan.Harmful);
        Assert.Equal(new SequentialPlan(0.05, harmful, 28_000), SafetyStop.Plan(0.05, higherIsBetter, 28_000));
    }

    [Fact]
    public void GuardrailPlan_ClearlyWorseRate_IsHarmfulAndNeverHarmless()
    {
        var plan = GuardrailPlan.Create(0.02, true, 1, 28_000);
        ProportionEpoch[] epochs = [new(0.5, new ProportionCounts(10_000, 380), new ProportionCounts(10_000, 520))];
        Assert.True(ProportionTest.Look(plan.Harmful, 0.05, epochs, plan.NullHypothesis, TestState.Initial).Evidence.LogEvidence
            >= plan.Harmful.LogThreshold);
        Assert.True(ProportionTest.Look(plan.Harmless, 0.05, epochs, plan.NullHypothesis, TestState.Initial).Evidence.LogEvidence < 0);
    }

    [Fact]
    public void PracticalEquality_IntervalInsideTheRadius_Holds()
    {
        Assert.True(PracticalEquality.Holds(new Interval(-0.01, 0.02), PracticalEquality.UsualRadius(0.1)));
        Assert.False(PracticalEquality.Holds(new Interval(-0.01, 0.03), 0.025));
        Assert.False(PracticalEquality.Holds(new Interval(null, 0.01), 0.025));
        Assert.False(PracticalEquality.Holds(Interval.Empty, 0.025));
    }

    private static void Same(in Evidence a, in Evidence b)
    {
        Vectors.Near(a.LogEvidence, b.LogEvidence);
        Vectors.Near(a.LogEvidenceUp, b.LogEvidenceUp);
        Vectors.Near(a.LogEvidenceDown, b.LogEvidenceDown);
        Vectors.Near(a.X, b.X);
        Vectors.Near(a.T, b.T);
    }
}
