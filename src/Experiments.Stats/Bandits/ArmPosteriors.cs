using Experiments.Stats.Bayesian;

namespace Experiments.Stats.Bandits;

/// <summary>What a bandit believes of each arm, more being better: Beta laws of rates or normal laws of means.</summary>
/// <param name="Beta">One law per arm of a proportion, swapped where less is better; empty for a mean or a margin.</param>
/// <param name="Normal">One law per arm of a mean, or of a margin in money, negated where less is better; empty for a proportion.</param>
/// <param name="Scale">What losses are divided by to be relative: the pooled mean's size; 1 for a proportion (its log odds are relative).</param>
public sealed record ArmPosteriors(IReadOnlyList<BetaPosterior> Beta, IReadOnlyList<NormalPosterior> Normal, double Scale)
{
    /// <summary>Number of arms.</summary>
    public int Arms => Math.Max(Beta.Count, Normal.Count);

    /// <summary>Posterior mean of an arm, more being better: what a leader is found by.</summary>
    /// <param name="arm">Number of the arm.</param>
    public double Worth(int arm) => Beta.Count > 0 ? Beta[arm].Mean : Normal[arm].Mean;

    /// <summary>Arm of the largest posterior mean, ties to the lowest.</summary>
    /// <param name="active">Which arms may lead.</param>
    /// <returns>-1 when none is active.</returns>
    public int Leader(ReadOnlySpan<bool> active)
    {
        var leader = -1;
        for (var k = 0; k < Arms; k++)
        {
            leader = active[k] && (leader < 0 || Worth(k) > Worth(leader)) ? k : leader;
        }

        return leader;
    }

    /// <summary>P(best) of the arms marked, 0 for the others.</summary>
    /// <param name="eligible">Which arms take part.</param>
    public double[] ProbabilityBest(ReadOnlySpan<bool> eligible)
    {
        var numbers = new List<int>();
        for (var k = 0; k < Arms; k++)
        {
            if (eligible[k])
            {
                numbers.Add(k);
            }
        }

        var best = Beta.Count > 0
            ? Bayesian.ProbabilityBest.Beta([.. numbers.Select(k => Beta[k])])
            : Bayesian.ProbabilityBest.Normal([.. numbers.Select(k => Normal[k])]);
        var result = new double[Arms];
        for (var i = 0; i < best.Length; i++)
        {
            result[numbers[i]] = best[i];
        }

        return result;
    }

    /// <summary>Relative loss of choosing an arm: the largest expected loss against any other active arm.</summary>
    /// <remarks>E[(other - chosen)+] of normal laws: <c>d phi(z) + (m2 - m1) Phi(z)</c>, d = hypot(s1, s2), z = (m2 - m1)/d. A rate is taken on
    /// its log odds, mean ln(a/b) - (1/a - 1/b)/2 and sd sqrt(1/a + 1/b), so that the loss is relative. Measured 4e-15 relative against 50 digits.</remarks>
    /// <param name="chosen">Number of the arm chosen.</param>
    /// <param name="active">Which arms it is compared with, the control included.</param>
    /// <returns>A fraction (0.01 is 1 %), zero or more.</returns>
    public double RelativeLoss(int chosen, ReadOnlySpan<bool> active)
    {
        var loss = 0.0;
        for (var k = 0; k < Arms; k++)
        {
            if (k != chosen && active[k])
            {
                loss = Math.Max(loss, NormalComparison.Compare(OnLossScale(k), OnLossScale(chosen)).ExpectedLossOfTreatment);
            }
        }

        return loss / Scale;
    }

    private NormalPosterior OnLossScale(int arm)
    {
        if (Beta.Count == 0)
        {
            return Normal[arm];
        }

        var (a, b) = (Beta[arm].Alpha, Beta[arm].Beta);
        return new NormalPosterior(Math.Log(a / b) - (0.5 * ((1 / a) - (1 / b))), Math.Sqrt((1 / a) + (1 / b)));
    }
}
