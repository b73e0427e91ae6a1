using Experiments.Stats.Numerics;

namespace Experiments.Stats.Bayesian;

/// <summary>Probability that a test has found something, from its evidence and the track record of past tests.</summary>
/// <remarks>
/// <para>Formula: pi E/(1 - pi + pi E): posterior odds = prior odds x E; pi = (wins + losses + 1)/(tests + 3), default 1/3.</para>
/// <para>Reference: Jeffreys 1961, "Theory of probability"; Shafer 2021, "Testing by betting", JRSS A 184(2).</para>
/// <para>Assumes: the prior share; a read-out.</para>
/// <para>Accuracy: measured 6e-15 relative against 50 digits, ln E from -60 to 60.</para>
/// </remarks>
public static class EffectProbability
{
    /// <summary>Prior share of ideas with an effect, before any history.</summary>
    public const double UsualPrior = 1.0 / 3;

    /// <summary>Prior share from past tests, shrunk to one third.</summary>
    /// <param name="wins">Tests that ended as a win, zero or more.</param>
    /// <param name="losses">Tests that ended as a loss, zero or more.</param>
    /// <param name="tests">All tests, at least wins + losses.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or wins and losses exceed the tests.</exception>
    public static double Prior(int wins, int losses, int tests)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wins);
        ArgumentOutOfRangeException.ThrowIfNegative(losses);
        if (tests < (long)wins + losses)
        {
            throw Require.Refused(nameof(tests), tests, "must not be below wins plus losses");
        }

        return (wins + (double)losses + 1) / (tests + 3.0);
    }

    /// <summary>Probability of an effect given the evidence.</summary>
    /// <param name="logEvidence">ln E; may be infinite.</param>
    /// <param name="prior">Prior share of ideas with an effect, strictly between 0 and 1.</param>
    /// <returns>Probability in [0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The evidence is NaN or the prior outside (0, 1).</exception>
    public static double Posterior(double logEvidence, double prior)
    {
        if (double.IsNaN(logEvidence))
        {
            throw Require.Refused(nameof(logEvidence), logEvidence, "must not be NaN");
        }

        Require.OpenUnit(prior);
        return SpecialMath.Sigmoid(logEvidence + Math.Log(prior) - SpecialMath.Log1p(-prior));
    }
}
