using System.Diagnostics;
using Experiments.Stats.Bayesian;
using Experiments.Stats.Sequential;
using MathNet.Numerics.Distributions;

namespace Experiments.Stats.Tests;

/// <summary>The gates of speed as ratios in one run, least of alternating rounds; docs/benchmarks.md has the figures.</summary>
public sealed class SpeedTests
{
#if DEBUG
    private const double Goal = 8; // Unoptimised code beside MathNet's optimised one: only to see that nothing broke.
#else
    private const double Goal = 80 / 1.1;
#endif

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    public void ProbabilityBest_BesideTenThousandDraws_IsFasterByTheGoal(int variants)
    {
        BetaPosterior[] posteriors = [.. Enumerable.Range(0, variants).Select(i => new BetaPosterior(351 + (9 * i), 6651 - (9 * i)))];
        var random = new Random(1);
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < TimeSpan.FromSeconds(1);) // until the just-in-time compiler is done
        {
            _ = ProbabilityBest.Beta(posteriors);
        }

        // The least of rounds needs one round undisturbed on each side, for the compiler's last tier too: beside other test processes that
        // may take a while, so rounds go on until the goal is met, half a minute at most.
        var (draws, exact) = (double.PositiveInfinity, double.PositiveInfinity);
        for (var watch = Stopwatch.StartNew(); draws / exact is not (>= Goal and < double.PositiveInfinity) && watch.Elapsed < Patience;)
        {
            draws = Math.Min(draws, Seconds(1, () =>
            {
                for (var draw = 0; draw < 10_000; draw++)
                {
                    foreach (var p in posteriors)
                    {
                        _ = Beta.Sample(random, p.Alpha, p.Beta);
                    }
                }
            }));
            exact = Math.Min(exact, Seconds(50, () => _ = ProbabilityBest.Beta(posteriors)));
        }

        Assert.True(draws / exact >= Goal, $"{draws / exact:F0} times faster, at least {Goal:F0} wanted");
    }

    [Fact]
    public void Look_OneTest_AllocatesItsStateOnly()
    {
        var plan = new SequentialPlan(0.05, 0.8, 28_000);
        ProportionEpoch[] epochs = [new(0.5, new ProportionCounts(7000, 420), new ProportionCounts(7000, 350))];
        var (_, state) = ProportionTest.Look(plan, null, epochs, NullHypothesis.NoEffect, TestState.Initial);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _ = ProportionTest.Look(plan, null, epochs, NullHypothesis.NoEffect, state);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100.0, 0, 500);
    }

    private static double Seconds(int calls, Action call)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
        {
            call();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }
}
