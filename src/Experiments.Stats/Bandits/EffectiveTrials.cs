namespace Experiments.Stats.Bandits;

/// <summary>Drift-adjusted trials: how many units each variant would have needed for its conversions had the base rate not moved.</summary>
/// <remarks>
/// <para>Formula: six rounds of mu_t = (C_t + 1)/(sum_k n_tk rho_k + 1/p), E_k = sum_t n_tk mu_t, rho_k = (C_k + 2)/(E_k + 2), with
/// p = max(sum C, 1e-9)/max(sum n, 1) and rho = 1 at first; the answer is E_k/p.</para>
/// <para>Reference: multiplicative row-and-column fit by iterative proportional fitting; Deming, Stephan (1940), "On a least squares
/// adjustment of a sampled frequency table", Annals of Mathematical Statistics 11(4), 427-444.</para>
/// <para>Why: when weights changed while the base rate moved, pooled counts compare one variant's good season with another's bad one.
/// Without drift the answer is close to the plain number of units.</para>
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

        var rate = Math.Max(conversions.Sum(c => c.Sum()), 1e-9) / Math.Max(trials.Sum(n => n.Sum()), 1);
        var relative = Enumerable.Repeat(1.0, variants).ToArray();
        var expected = new double[variants];
        for (var round = 0; round < Rounds; round++)
        {
            Array.Clear(expected);
            for (var t = 0; t < trials.Count; t++)
            {
                var level = (conversions[t].Sum() + 1) / (Weighted(trials[t], relative) + (1 / rate));
                for (var k = 0; k < variants; k++)
                {
                    expected[k] += trials[t][k] * level;
                }
            }

            for (var k = 0; k < variants; k++)
            {
                relative[k] = (conversions.Sum(c => c[k]) + 2) / (expected[k] + 2);
            }
        }

        return [.. expected.Select(e => e / rate)];
    }

    private static double Weighted(IReadOnlyList<double> trials, double[] relative)
    {
        var sum = 0.0;
        for (var k = 0; k < relative.Length; k++)
        {
            sum += trials[k] * relative[k];
        }

        return sum;
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
