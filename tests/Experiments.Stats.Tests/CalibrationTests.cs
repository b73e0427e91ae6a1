using Experiments.Stats.Quality;
using Experiments.Stats.Sequential;

namespace Experiments.Stats.Tests;

/// <summary>
/// Seeded simulations of what the library promises: how often it is wrong under the null, how often its intervals cover.
/// Bands are three binomial standard deviations beyond the promised 5 %, so that a right method fails once in a thousand seeds.
/// </summary>
[Trait("Speed", "Slow")]
public sealed class CalibrationTests
{
    private const double Alpha = 0.05;

    private static int Most(int runs, double rate = Alpha) =>
        (int)Math.Ceiling((runs * rate) + (3 * Math.Sqrt(runs * rate * (1 - rate))));

    [Theory]
    [InlineData(0.02, 100, 0.5, 0)]
    [InlineData(0.02, 1000, 0.5, 0)]
    [InlineData(0.02, 1000, 0.5, 2)]
    [InlineData(0.05, 400, 0.5, 1)]
    [InlineData(0.05, 2000, 0.1, 0)]
    [InlineData(0.05, 2000, 0.9, 0.5)]
    [InlineData(0.3, 200, 0.5, 0)]
    [InlineData(0.6, 100, 0.5, 1)]
    public void ProportionTest_NothingTrue_DecidesInAtMostFivePercent(double rate, int horizon, double share, double planned)
    {
        const int Runs = 800;
        var random = new Random(11);
        var plan = new SequentialPlan(Alpha, 0.8, horizon);
        var wrong = 0;
        for (var run = 0; run < Runs; run++)
        {
            var pair = new Pair(random, share);
            var state = TestState.Initial;
            var step = Math.Max(1, horizon / 100);
            for (var users = 0; users < 2 * horizon && state.MaxLogEvidence < plan.LogThreshold; users += step)
            {
                pair.Add(step, rate, rate);
                state = ProportionTest.Look(
                    plan, planned > 0 ? planned * rate : null, [pair.Epoch], NullHypothesis.NoEffect, state).Next;
            }

            wrong += state.MaxLogEvidence >= plan.LogThreshold ? 1 : 0;
        }

        Assert.InRange(wrong, 0, Most(Runs));
    }

    [Fact]
    public void ProportionTest_SeasonAndAllocationMoveTogether_StaysCalibratedWithEpochsApart()
    {
        const int Runs = 500;
        var random = new Random(12);
        var plan = new SequentialPlan(Alpha, 0.8, 6000);
        var wrong = 0;
        var pooledWrong = 0;
        for (var run = 0; run < Runs; run++)
        {
            List<Pair> epochs = [];
            var state = TestState.Initial;
            foreach (var (share, rate) in new[] { (0.1, 0.02), (0.5, 0.05), (0.8, 0.08) })
            {
                epochs.Add(new Pair(random, share));
                for (var look = 0; look < 40; look++)
                {
                    epochs[^1].Add(50, rate, rate);
                    state = ProportionTest.Look(
                        plan, null, epochs.Select(e => e.Epoch).ToArray(), NullHypothesis.NoEffect, state).Next;
                }
            }

            wrong += state.MaxLogEvidence >= plan.LogThreshold ? 1 : 0;
            var t = epochs.Aggregate(default(ProportionCounts), (sum, e) => sum + e.Epoch.Treatment);
            var c = epochs.Aggregate(default(ProportionCounts), (sum, e) => sum + e.Epoch.Control);
            var p = (t + c).Rate;
            pooledWrong += Math.Abs(t.Rate - c.Rate) > 1.96 * Math.Sqrt(p * (1 - p) * ((1 / t.Users) + (1 / c.Users))) ? 1 : 0;
        }

        Assert.InRange(wrong, 0, Most(Runs));
        Assert.True(pooledWrong > Runs / 2, "the trap must be there: pooling the epochs is mostly wrong");
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void MeanTest_HeavyBasketsNothingTrue_DecidesInAtMostFivePercent(double share)
    {
        const int Runs = 300;
        var random = new Random(13);
        var plan = new SequentialPlan(Alpha, 0.8, 20_000);
        var wrong = 0;
        for (var run = 0; run < Runs; run++)
        {
            var state = TestState.Initial;
            var (nonZero, sums) = (0.0, new double[6]);
            for (var look = 0; look < 40 && state.MaxLogEvidence < plan.LogThreshold; look++)
            {
                for (var user = 0; user < 1000; user++)
                {
                    var arm = random.NextDouble() < share ? 0 : 3;
                    var value = random.NextDouble() < 0.03 ? Math.Min(1000, Math.Exp(3.5 + (1.2 * Normal(random)))) : 0;
                    nonZero += value > 0 ? 1 : 0;
                    sums[arm]++;
                    sums[arm + 1] += value;
                    sums[arm + 2] += value * value;
                }

                MeanEpoch epoch = new(
                    share, MeanMoments.FromSums(sums[0], sums[1], sums[2]), MeanMoments.FromSums(sums[3], sums[4], sums[5]), nonZero);
                state = MeanTest.Look(plan, null, [epoch], NullHypothesis.NoEffect, state).Next;
            }

            wrong += state.MaxLogEvidence >= plan.LogThreshold ? 1 : 0;
        }

        Assert.InRange(wrong, 0, Most(Runs));
    }

    [Theory]
    [InlineData(0.05, 1.2, 28_000, 0.5)]
    [InlineData(0.02, 1.6, 2_000, 0.5)]
    [InlineData(0.4, 0.9, 10_000, 0.5)]
    [InlineData(0.05, 1.3, 10_000, 0.2)]
    public void ConfidenceSequence_AllLooksTogether_CoversTheTruth(double rate, double rho, int horizon, double share)
    {
        const int Runs = 200;
        const int Looks = 40;
        var random = new Random(14);
        var plan = new SequentialPlan(Alpha, 0.8, horizon);
        var (missedLift, missedDifference) = (0, 0);
        for (var run = 0; run < Runs; run++)
        {
            var pair = new Pair(random, share);
            var (lift, difference) = (RunningInterval.Initial, RunningInterval.Initial);
            for (var look = 0; look < Looks; look++)
            {
                pair.Add(horizon * 3 / 2 / Looks, rho * rate, rate);
                ProportionEpoch[] epochs = [pair.Epoch];
                lift = lift.Update(ConfidenceSequence.RelativeLift(plan, rate, epochs));
                difference = difference.Update(ConfidenceSequence.Difference(plan, rate, epochs));
            }

            missedLift += lift.IsUnstable || !lift.Value.Contains(rho - 1) ? 1 : 0;
            missedDifference += difference.IsUnstable || !difference.Value.Contains((rho - 1) * rate) ? 1 : 0;
        }

        Assert.InRange(missedLift, 0, Most(Runs));
        Assert.InRange(missedDifference, 0, Most(Runs));
    }

    [Fact]
    public void ProportionTest_PlannedEffectIsTrue_FindsItAsOftenAsPlanned()
    {
        // 5 % base, 500 users per arm and day, 28 days, +20 %, blind base rate: 92 % within three points, plus the band.
        const int Runs = 200;
        var random = new Random(15);
        var plan = new SequentialPlan(Alpha, 0.8, 28_000);
        var found = 0;
        for (var run = 0; run < Runs; run++)
        {
            var pair = new Pair(random, 0.5);
            var state = TestState.Initial;
            for (var day = 0; day < 28; day++)
            {
                pair.Add(1000, 0.06, 0.05);
                state = ProportionTest.Look(plan, null, [pair.Epoch], NullHypothesis.NoEffect, state).Next;
            }

            found += state.MaxLogEvidence >= plan.LogThreshold ? 1 : 0;
        }

        Assert.InRange(found, 0.92 * Runs - (3 * Math.Sqrt(Runs * 0.92 * 0.08)) - (0.03 * Runs), Runs);
    }

    [Fact]
    public void SampleRatioMismatch_RightAndWrongWeights_AlarmsOnlyOnTheWrongOnes()
    {
        const int Runs = 150;
        var random = new Random(16);
        var (wrong, found) = (0, 0);
        for (var run = 0; run < Runs; run++)
        {
            wrong += Alarms(random, 0.5) ? 1 : 0;
            found += Alarms(random, 0.52) ? 1 : 0;
        }

        Assert.InRange(wrong, 0, 1);
        Assert.InRange(found, 0.9 * Runs, Runs);

        static bool Alarms(Random random, double share)
        {
            var counts = new double[2];
            AllocationEpoch[] epochs = [new(new[] { 0.5, 0.5 }, counts)];
            for (var users = 0; users < 30_000; users++)
            {
                counts[random.NextDouble() < share ? 0 : 1]++;
                if (users % 20 == 0 && SampleRatioMismatch.Check(epochs).Alarm)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Users of one allocation, drawn one by one.</summary>
    private sealed class Pair(Random random, double share)
    {
        private readonly double[] _counts = new double[4];

        internal ProportionEpoch Epoch =>
            new(share, new ProportionCounts(_counts[0], _counts[1]), new ProportionCounts(_counts[2], _counts[3]));

        internal void Add(int users, double treated, double control)
        {
            for (var user = 0; user < users; user++)
            {
                var arm = random.NextDouble() < share ? 0 : 2;
                _counts[arm]++;
                _counts[arm + 1] += random.NextDouble() < (arm == 0 ? treated : control) ? 1 : 0;
            }
        }
    }
}
