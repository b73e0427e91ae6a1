namespace Experiments.Stats.Bandits;

/// <summary>Drift-adjusted trials: how many units each variant would have needed for its conversions had the base rate not moved.</summary>
/// <remarks>
/// <para>Formula: six rounds of mu_t = (C_t + 1)/(sum_k n_tk rho_k + 1/p), E_k = sum_t n_tk mu_t, rho_k = (C_k + 2)/(E_k + 2), with
/// p = max(sum C, 1e-9)/max(sum n, 1) and rho = 1 at first; the answer is E_k/p.</para>
/// <para>Reference: multiplicative row-and-column fit by iterative proportional fitting; Deming, Stephan (1940), "On a least squares
/// adjustment of a sampled frequency table", Annals of Mathematical Statistics 11(4), 427-444.</para>
/// <para>Why: when weights changed while the base rate moved, pooled counts compare one variant's good season with another's bad one.
/// Without drift the answer is close to the plain number of units.</para>
/// <para>Assumes: the base rate moves for all variants alike (a common factor per stratum); effects stay the same.</para>
/// <para>Accuracy: measured 1e-15 relative against 50 digits, 1 to 12 strata of 2 to 5 variants.</para>
/// </remarks>
public static class EffectiveTrials
{
    private const int Rounds = 6;

    /// <summary>Adjusted trials per variant.</summary>
    /// <param name="trials">Units by [stratum][variant]; zero or more.</param>
    /// <param name="conversions">Conversions (or sums of a non-negative value) by [stratum][variant].</param>
    /// <returns>Trials per variant; 0 for a variant without units.</returns>
    /// <exception cref="ArgumentException">The tables differ in shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is NaN or negative.</exception>
    public static double[] Compute(IReadOnlyList<IReadOnlyList<double>> trials, IReadOnlyList<IReadOnlyList<double>> conversions)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(conversions);
        Require.SameLength(conversions.Count, trials.Count, nameof(conversions));
        if (trials.Count == 0)
        {
            return [];
        }

        var variants = trials[0].Count;
        for (var t = 0; t < trials.Count; t++)
        {
            Check(trials[t], variants, nameof(trials));
            Check(conversions[t], variants, nameof(conversions));
        }

        var (flatTrials, flatConversions) = (new double[trials.Count * variants], new double[trials.Count * variants]);
        for (var t = 0; t < trials.Count; t++)
        {
            for (var k = 0; k < variants; k++)
            {
                flatTrials[(t * variants) + k] = trials[t][k];
                flatConversions[(t * variants) + k] = conversions[t][k];
            }
        }

        var result = new double[variants];
        Compute(flatTrials, flatConversions, result);
        return result;
    }

    /// <summary>The same on tables stored row by row, without garbage: the length of <paramref name="result"/> is the number of arms.</summary>
    internal static void Compute(ReadOnlySpan<double> trials, ReadOnlySpan<double> conversions, Span<double> result)
    {
        var arms = result.Length;
        var (users, sum) = (0.0, 0.0);
        Span<double> total = stackalloc double[arms];
        Span<double> relative = stackalloc double[arms];
        total.Clear();
        relative.Fill(1);
        for (var at = 0; at < trials.Length; at++)
        {
            (users, sum) = (users + trials[at], sum + conversions[at]);
            total[at % arms] += conversions[at];
        }

        var rate = Math.Max(sum, 1e-9) / Math.Max(users, 1);
        for (var round = 0; round < Rounds; round++)
        {
            Expect(trials, conversions, rate, relative, result);
            for (var k = 0; k < arms; k++)
            {
                relative[k] = (total[k] + 2) / (result[k] + 2);
            }
        }

        for (var k = 0; k < arms; k++)
        {
            result[k] /= rate;
        }
    }

    private static void Expect(
        ReadOnlySpan<double> trials, ReadOnlySpan<double> conversions, double rate, ReadOnlySpan<double> relative, Span<double> expected)
    {
        expected.Clear();
        for (var row = 0; row < trials.Length; row += relative.Length)
        {
            var (level, weighted) = (1.0, 1 / rate);
            for (var k = 0; k < relative.Length; k++)
            {
                level += conversions[row + k];
                weighted += trials[row + k] * relative[k];
            }

            for (var k = 0; k < relative.Length; k++)
            {
                expected[k] += trials[row + k] * (level / weighted);
            }
        }
    }

    private static void Check(IReadOnlyList<double> row, int variants, string name)
    {
        Require.SameLength(row.Count, variants, name);
        foreach (var value in row)
        {
            Require.NonNegative(value, name);
        }
    }
}
