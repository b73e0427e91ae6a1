using Experiments.Stats.Bayesian;
using Experiments.Stats.Planning;
using Experiments.Stats.Quality;
using Experiments.Stats.Sequential;

namespace Experiments.Stats.Tests;

/// <summary>100,000 random inputs (20,000 per family), wild ones included: no NaN, no exception that is not documented.</summary>
public sealed class FuzzTests
{
    private const int Runs = 20_000;

    private readonly Random _random = new(20240611);

    [Fact]
    public void SequentialProportion_RandomInput_IsAlwaysDefined()
    {
        for (var run = 0; run < Runs; run++)
        {
            var plan = Plan();
            var baseline = Unit();
            var null0 = _random.Next(3) switch
            {
                0 => NullHypothesis.NoEffect,
                1 => NullHypothesis.OfRatio(Wild(3)),
                _ => NullHypothesis.OfDifference(_random.NextDouble() - 0.5),
            };
            var epochs = Enumerable.Range(0, _random.Next(4)).Select(_ => new ProportionEpoch(Share(), Counts(), Counts())).ToArray();
            var evidence = ProportionEvidence.Evaluate(plan, baseline, epochs, null0);
            Defined(evidence);
            var state = TestState.Initial;
            for (var look = 0; look < 3; look++)
            {
                (evidence, state) = ProportionTest.Look(plan, _random.Next(2) == 0 ? baseline : null, epochs, null0, state);
                Defined(evidence);
                Assert.InRange(state.AnytimePValue, 0, 1);
                epochs = [.. epochs.Select(e => e with { Treatment = e.Treatment + Counts(), Control = e.Control + Counts() })];
            }

            Assert.InRange(Futility.ChanceToCross(plan, evidence.X, evidence.T), 0, 1);
            if (run % 50 == 0)
            {
                Ordered(ConfidenceSequence.RelativeLift(plan, baseline, epochs));
                Ordered(ConfidenceSequence.Difference(plan, baseline, epochs));
            }
        }
    }

    [Fact]
    public void SequentialMean_RandomInput_IsAlwaysDefined()
    {
        for (var run = 0; run < Runs; run++)
        {
            var plan = Plan();
            var epochs = Enumerable.Range(0, _random.Next(4)).Select(_ => new BivariateEpoch(Share(), Pair(), Pair(), Integer(1000))).ToArray();
            var means = epochs.Select(e => new MeanEpoch(e.TreatmentShare, Mean(e.Treatment), Mean(e.Control), e.NonZeroUsers)).ToArray();
            var null0 = _random.Next(2) == 0 ? NullHypothesis.NoEffect : NullHypothesis.OfRatio(Wild(2));
            double? planned = _random.Next(2) == 0 ? null : Wild(6);
            var (evidence, state) = MeanTest.Look(plan, planned, means, null0, TestState.Initial);
            Defined(evidence);
            Defined(CupedTest.Look(plan, planned, epochs, null0, TestState.Initial).Evidence);
            Defined(RatioTest.Look(plan, planned, epochs, null0, TestState.Initial).Evidence);
            Defined(MeanEvidence.Evaluate(plan, Wild(4), means, null0));
            if (run % 50 == 0 && state.Sigma2 is { } variance)
            {
                Ordered(ConfidenceSequence.RelativeLift(plan, variance, means) ?? Interval.Unbounded);
                Ordered(ConfidenceSequence.Difference(plan, variance, means));
                Ordered(CupedTest.Difference(plan, variance, epochs));
                Ordered(RatioTest.RelativeLift(plan, variance, epochs) ?? Interval.Unbounded);
            }
        }
    }

    [Fact]
    public void BayesianBeta_RandomInput_IsAlwaysDefined()
    {
        for (var run = 0; run < Runs; run++)
        {
            var (control, treatment) = (Posterior(), Posterior());
            var comparison = BetaComparison.Compare(control, treatment);
            Assert.InRange(comparison.ProbabilityTreatmentBeats, 0, 1);
            Assert.InRange(comparison.ExpectedLossOfControl, 0, 1);
            Assert.InRange(comparison.ExpectedLossOfTreatment, 0, 1);
            var gap = comparison.ExpectedLossOfControl - comparison.ExpectedLossOfTreatment - (treatment.Mean - control.Mean);
            Assert.True(Math.Abs(gap) < 1e-11, $"{control} {treatment}: gain - loss is off by {gap:R}");
            if (run % 20 == 0)
            {
                Ordered(BetaComparison.RelativeLiftInterval(control, treatment, 0.95));
                var interval = CredibleInterval.OfProportion(control, 0.95);
                Ordered(interval);
                Assert.InRange(interval.Lower!.Value, 0, interval.Upper!.Value);
                var best = ProbabilityBest.Beta([control, treatment, Posterior()]);
                Assert.All(best, p => Assert.InRange(p, 0, 1));
                Vectors.Near(1, best.Sum(), 1e-12);
            }
        }
    }

    [Fact]
    public void BayesianNormalAndQuality_RandomInput_IsAlwaysDefined()
    {
        for (var run = 0; run < Runs; run++)
        {
            var (control, treatment) = (Mean(Pair()), Mean(Pair()));
            if (NormalComparison.Compare(control, treatment) is { } comparison)
            {
                Assert.InRange(comparison.ProbabilityTreatmentBeats, 0, 1);
                Assert.InRange(comparison.ExpectedLossOfControl, 0, double.MaxValue);
                Assert.InRange(comparison.ExpectedLossOfTreatment, 0, double.MaxValue);
            }

            if (run % 10 == 0)
            {
                Ordered(CredibleInterval.OfMean(control, Unit()));
            }

            if (run % 20 == 0)
            {
                var best = ProbabilityBest.Normal([new(control.Mean, Wild(3)), new(treatment.Mean, Wild(3)), new(0, Wild(3))]);
                Vectors.Near(1, best.Sum(), 1e-12);
            }

            var weights = Enumerable.Range(0, 3).Select(_ => _random.Next(5) == 0 ? 0 : Wild(3)).Append(1).ToArray();
            AllocationEpoch[] allocation = [new(weights, weights.Select(_ => Integer(1_000_000)).ToArray())];
            var ratio = SampleRatioMismatch.Check(allocation);
            Assert.True(double.IsFinite(ratio.LogEvidence));
            if (SampleRatioMismatch.ChiSquare(allocation) is { } chi)
            {
                Assert.InRange(chi.PValue, 0, 1);
            }
        }
    }

    [Fact]
    public void PlanningAndPriors_RandomInput_IsAlwaysDefined()
    {
        for (var run = 0; run < Runs; run++)
        {
            var (m, w, lift) = (Unit(), Unit(), (_random.NextDouble() - 0.5) * Wild(2));
            var users = HorizonPlanning.UsersForProportion(m, w, lift);
            Assert.True(users > 0 && !double.IsNaN(users));
            Assert.InRange(HorizonPlanning.Power(0.5 * Unit(), _random.NextDouble(), Wild(4) - Wild(4)), 0, 1);
            var duration = ExpectedDuration.At(Wild(2), _random.Next(2) == 0);
            Assert.InRange(duration.Power, 0, 1);
            Assert.InRange(duration.HorizonShare, 0, 1);
            if (LearnedPrior.LogLift(Counts(), Counts()) is { } effect && effect.Variance > 0)
            {
                var past = Enumerable.Range(0, 6).Select(_ => new PastEffect(_random.NextDouble() - 0.5, Wild(4))).ToArray();
                var posterior = LearnedPrior.Combine(LearnedPrior.OfLogLift(past)!.Value, effect);
                Assert.True(double.IsFinite(posterior.Mean) && posterior.StandardDeviation > 0);
            }

            Assert.InRange(EffectProbability.Posterior(Wild(5) - Wild(5), Unit()), 0, 1);
            var value = ValueOfRunning.Evaluate(
                new TestIdea(m, w, Wild(6), Wild(4), Wild(6), Wild(3), Wild(3), _random.Next(2) == 0), new NormalPosterior(lift, Wild(1)));
            Assert.True(double.IsFinite(value.Money) && double.IsFinite(value.MoneyPerUser));
        }
    }

    private static void Defined(in Evidence e)
    {
        Assert.False(
            double.IsNaN(e.X) || double.IsNaN(e.T) || double.IsNaN(e.LogEvidence) || double.IsNaN(e.LogEvidenceUp)
            || double.IsNaN(e.LogEvidenceDown) || double.IsNaN(e.HorizonInformation), e.ToString());
        Assert.True(e.T >= 0 && e.DoobUp >= 0 && e.DoobDown >= 0 && e.LogEvidence < double.PositiveInfinity, e.ToString());
    }

    private static void Ordered(Interval interval) => Assert.True(
        !(interval.Lower > interval.Upper) && !double.IsNaN(interval.Lower ?? 0) && !double.IsNaN(interval.Upper ?? 0),
        interval.ToString());

    private SequentialPlan Plan() => new(
        _random.Next(4) == 0 ? 0.5 * Unit() : 0.05,
        _random.Next(6) switch { 0 => 0, 1 => 1, 2 => 0.5, 3 => _random.NextDouble(), _ => 0.8 },
        Wild(7));

    /// <summary>Log-uniform between 1/scale and scale with the given number of decades.</summary>
    private double Wild(double decades) => Math.Pow(10, decades * ((2 * _random.NextDouble()) - 1));

    private double Unit() => Math.Clamp(
        _random.Next(3) == 0 ? Math.Pow(10, -12 * _random.NextDouble()) : _random.NextDouble(), 1e-12, 1 - 1e-12);

    private double Share() => _random.Next(10) switch { 0 => 0, 1 => 1, 2 => Unit(), _ => _random.NextDouble() };

    private double Integer(double limit) => Math.Floor(Math.Exp(Math.Log(limit + 1) * _random.NextDouble()) - 1 + 1e-9);

    private ProportionCounts Counts()
    {
        var users = Integer(1e7);
        var conversions = _random.Next(4) switch { 0 => 0, 1 => users, _ => Math.Floor(users * _random.NextDouble()) };
        return new ProportionCounts(users, conversions);
    }

    private BivariateMoments Pair()
    {
        var users = Integer(1e6);
        var (y, x) = (Wild(4) * (_random.Next(3) - 1), Wild(4) * (_random.Next(3) - 1));
        var (yy, xx) = (_random.Next(4) == 0 ? 0 : users * Wild(6), _random.Next(4) == 0 ? 0 : users * Wild(6));
        return users < 2
            ? new BivariateMoments(users, y, x, 0, 0, 0)
            : new BivariateMoments(users, y, x, yy, xx, Math.Sqrt(yy * xx) * ((2 * _random.NextDouble()) - 1));
    }

    private static MeanMoments Mean(BivariateMoments m) => new(m.Users, m.MeanY, m.DeviationsYY);

    private BetaPosterior Posterior() => new(Parameter(), Parameter());

    private double Parameter() => Math.Pow(10, _random.Next(4) == 0 ? (15 * _random.NextDouble()) - 6 : (6 * _random.NextDouble()) - 1);
}
