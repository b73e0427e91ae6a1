namespace Experiments.Stats.Sequential;

/// <summary>Evidence against a null for two conversion rates, from counts alone: no state, no latches.</summary>
/// <remarks>
/// <para>Formula: E = [up BF_up + (1 - up) BF_down]/2 + [up D_up + (1 - up) D_down]/2. BF is an exact Bayes factor (given
/// that a unit converted or not, which arm does it come from?) over effects of 0.7, 1.2, 2 and 4 times the one a fixed test
/// finds at the horizon; D is the chance that the score still reaches the plan's line before the horizon, over that chance at
/// the start; D = 0 from the horizon on.</para>
/// <para>Reference: Ville 1939; Waudby-Smith and Ramdas 2024 (betting); Turner, Ly, Gruenwald 2024 (two proportions);
/// Levy's reflection principle and Doob's h-transform for D.</para>
/// <para>Assumes: random assignment with known share w inside each epoch; each unit once, when its window has closed.
/// BF is exact at any size and any moving base rate, D in the Brownian limit.</para>
/// <para>Accuracy: 1e-9 on logs against stats_vectors.json (proportion_evidence), up to 600,000 units.</para>
/// </remarks>
public static class ProportionEvidence
{
    /// <summary>Half-half evidence of one look. Constant time per epoch, no allocation.</summary>
    /// <param name="plan">Frozen plan.</param>
    /// <param name="baseline">Frozen base rate m, strictly between 0 and 1.</param>
    /// <param name="epochs">Counts per epoch; the first one is the earliest started, the others in any order.</param>
    /// <param name="nullHypothesis">Ratio or difference held against the data.</param>
    /// <returns>Logs are natural; <see cref="Evidence.None"/> without a usable epoch.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative or NaN, conversions exceed users, a share is outside
    /// [0, 1], the base rate outside (0, 1), or the null is refused.</exception>
    public static Evidence Evaluate(
        SequentialPlan plan, double baseline, ReadOnlySpan<ProportionEpoch> epochs, NullHypothesis nullHypothesis)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Require.OpenUnit(baseline);
        nullHypothesis.Validate(nameof(nullHypothesis));
        foreach (ref readonly var epoch in epochs)
        {
            epoch.Validate(nameof(epochs));
        }

        var parts = ProportionScore.Compute(baseline, plan.HorizonUsers, epochs, nullHypothesis);
        return parts.HorizonInformation > 0 ? EvidenceMixture.CombineWithoutMemory(plan, true, parts) : parts;
    }
}
