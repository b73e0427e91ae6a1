using Experiments.Stats.Numerics;
using MathNet.Numerics;

namespace Experiments.Stats.Quality;

/// <summary>Units per variant while an allocation did not change.</summary>
/// <param name="Weights">Share each variant should get; any scale, zero or more.</param>
/// <param name="Counts">Units each variant got, in the same order.</param>
public readonly record struct AllocationEpoch(ReadOnlyMemory<double> Weights, ReadOnlyMemory<double> Counts);

/// <summary>What the sample-ratio check says.</summary>
/// <param name="LogEvidence">ln of the evidence against the allocation that was asked for.</param>
/// <param name="Leak">A variant of weight 0 received units.</param>
/// <param name="Alarm">Evidence of 1000 or a leak: blocks every decision until a person explains it.</param>
/// <param name="Warning">Evidence of 20 or a leak: look into it.</param>
public readonly record struct SampleRatioResult(double LogEvidence, bool Leak, bool Alarm, bool Warning);

/// <summary>Pearson's test of the same question, for readers who expect it; valid for one look only.</summary>
/// <param name="Statistic">Sum of (observed - expected)^2/expected.</param>
/// <param name="DegreesOfFreedom">Variants with a weight, less one.</param>
/// <param name="PValue">Upper tail, in [0, 1].</param>
public readonly record struct ChiSquareResult(double Statistic, int DegreesOfFreedom, double PValue);

/// <summary>Did the variants receive the shares of units they were meant to? Valid at every look.</summary>
/// <remarks>
/// <para>Formula: per epoch the Dirichlet-multinomial Bayes factor with concentration A w_k, averaged over A = 100 and 10000;
/// epochs multiply.</para>
/// <para>Reference: Lindon and Malek 2022, "Anytime-valid inference for multinomial count data", NeurIPS 35; Fabijan et al.
/// 2019, "Diagnosing sample ratio mismatch in online controlled experiments", KDD.</para>
/// <para>Assumes: each unit counted once, by the allocation that chose its variant.</para>
/// <para>Accuracy: 1e-10 against stats_vectors.json (srm): log-gammas cancel analytically into deviances.</para>
/// </remarks>
public static class SampleRatioMismatch
{
    /// <summary>Evidence that raises the alarm.</summary>
    public const double AlarmEvidence = 1000;

    /// <summary>Evidence that raises a warning.</summary>
    public const double WarningEvidence = 20;

    /// <summary>Checks all epochs of an experiment.</summary>
    /// <param name="epochs">Weights and counts per epoch.</param>
    /// <returns>Log evidence 0 without units. A variant of weight 0 with units is a leak and left out of the evidence.</returns>
    /// <exception cref="ArgumentException">Weights and counts differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight or count is NaN, infinite or negative, or no weight is above 0.</exception>
    public static SampleRatioResult Check(ReadOnlySpan<AllocationEpoch> epochs)
    {
        var (total, leak) = (0.0, false);
        foreach (ref readonly var epoch in epochs)
        {
            var (log, leaks) = LogEvidence(epoch.Weights.Span, epoch.Counts.Span);
            total += log;
            leak |= leaks;
        }

        return new SampleRatioResult(
            total, leak, leak || total >= Math.Log(AlarmEvidence), leak || total >= Math.Log(WarningEvidence));
    }

    /// <summary>Pearson's chi-square over all epochs together.</summary>
    /// <param name="epochs">Weights and counts per epoch, the same variants in each.</param>
    /// <returns>Null while nothing can be said: no units, fewer than two variants with weight.</returns>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight or count is NaN, infinite or negative, or no weight is above 0.</exception>
    public static ChiSquareResult? ChiSquare(ReadOnlySpan<AllocationEpoch> epochs)
    {
        if (epochs.Length == 0)
        {
            return null;
        }

        var expected = new double[epochs[0].Counts.Length];
        var observed = new double[expected.Length];
        foreach (ref readonly var epoch in epochs)
        {
            var weights = epoch.Weights.Span;
            var counts = epoch.Counts.Span;
            Require.SameLength(counts.Length, expected.Length, nameof(epochs));
            var (sum, users, _) = Totals(weights, counts);
            for (var k = 0; k < counts.Length; k++)
            {
                expected[k] += users * (weights[k] / sum);
                observed[k] += weights[k] > 0 ? counts[k] : 0;
            }
        }

        var (statistic, groups) = (0.0, 0);
        for (var k = 0; k < expected.Length; k++)
        {
            if (expected[k] > 0)
            {
                statistic += (observed[k] - expected[k]) * (observed[k] - expected[k]) / expected[k];
                groups++;
            }
        }

        return groups < 2 ? null : new ChiSquareResult(
            statistic, groups - 1, SpecialFunctions.GammaUpperRegularized(0.5 * (groups - 1), 0.5 * statistic));
    }

    private static (double Log, bool Leak) LogEvidence(ReadOnlySpan<double> weights, ReadOnlySpan<double> counts)
    {
        var (sum, users, leak) = Totals(weights, counts);
        return users > 0
            ? (SpecialMath.LogAdd(LogFactor(100, weights, counts, sum, users), LogFactor(10_000, weights, counts, sum, users))
                - Math.Log(2), leak)
            : (0, leak);
    }

    /// <summary>Sum of weights, units in variants that have a weight, and whether a variant without one has units.</summary>
    private static (double Weights, double Users, bool Leak) Totals(ReadOnlySpan<double> weights, ReadOnlySpan<double> counts)
    {
        Require.SameLength(counts.Length, weights.Length, "epochs");
        var (sum, users, leak) = (0.0, 0.0, false);
        for (var k = 0; k < weights.Length; k++)
        {
            sum += Require.NonNegative(weights[k], "epochs");
            Require.NonNegative(counts[k], "epochs");
            leak |= weights[k] == 0 && counts[k] > 0;
            users += weights[k] > 0 ? counts[k] : 0;
        }

        Require.Positive(sum, "epochs");
        return (sum, users, leak);
    }

    // ln of G(A)/G(A + n) prod G(a + k)/(G(a) w^k) in deviances: with nu = a + k and N = A + n it is
    // sum dev(nu, N w) + ln(N/A)/2 - sum ln(nu/a)/2 + sum [D(nu) - D(a)] - D(N) + D(A).
    private static double LogFactor(
        double concentration, ReadOnlySpan<double> weights, ReadOnlySpan<double> counts, double sum, double users)
    {
        var all = concentration + users;
        var log = (0.5 * Math.Log(all / concentration)) - SpecialMath.StirlingRemainder(all)
            + SpecialMath.StirlingRemainder(concentration);
        for (var k = 0; k < weights.Length; k++)
        {
            if (weights[k] > 0)
            {
                var share = weights[k] / sum;
                var prior = concentration * share;
                var posterior = prior + counts[k];
                log += SpecialMath.Deviance(posterior, all * share) - (0.5 * Math.Log(posterior / prior))
                    + SpecialMath.StirlingRemainder(posterior) - SpecialMath.StirlingRemainder(prior);
            }
        }

        return log;
    }
}
