namespace Experiments.Stats.Sequential;

/// <summary>Evidence against a null for two means (revenue, counts, time), from moments alone: no state, no latches.</summary>
/// <remarks>
/// <para>Formula: s2 = max(var_T/n_T + var_C/n_C, SS/(n - 1) (1/n_T + 1/n_C)), SS the pooled sum of squared deviations;
/// V = sum 1/s2, X = sum delta/s2 over epochs; x = X/sqrt(VH), t = V/VH; BF_up = sum_k pi_k exp(th_k x - th_k^2 t/2);
/// D and E as in <see cref="ProportionEvidence"/>. The pooled term belongs to the null ratio 1 and to differences.</para>
/// <para>Reference: Robbins 1970 (normal mixtures); Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2024 (asymptotic
/// sequences).</para>
/// <para>Assumes: many units per arm; exact only in the limit. At 1:1 the pooled form is self-normalised, hence safe for any
/// tail under "no effect on anyone". Cap the metric before the test.</para>
/// <para>Accuracy: 1e-9 on logs against stats_vectors.json (mean_evidence).</para>
/// </remarks>
public static class MeanEvidence
{
    private const int OnStack = 32;

    /// <summary>Half-half evidence of one look, without start rules.</summary>
    /// <param name="plan">Frozen plan; its horizon is replaced by <paramref name="horizonInformation"/>.</param>
    /// <param name="horizonInformation">VH: information promised by the horizon, above 0, per squared unit.</param>
    /// <param name="epochs">Moments per epoch, first started first; one epoch counts always, several from 30 per arm.</param>
    /// <param name="nullHypothesis">Ratio or difference held against the data.</param>
    /// <returns>Log evidence 0 while the data have no variance.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Moments NaN or negative, a share outside [0, 1], VH not above 0.</exception>
    public static Evidence Evaluate(
        SequentialPlan plan, double horizonInformation, ReadOnlySpan<MeanEpoch> epochs, NullHypothesis nullHypothesis)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Require.Positive(horizonInformation);
        nullHypothesis.Validate(nameof(nullHypothesis));
        Span<ScoreEpoch> scores = epochs.Length <= OnStack ? stackalloc ScoreEpoch[OnStack] : new ScoreEpoch[epochs.Length];
        scores = scores[..Reduce(epochs, scores)];
        var parts = NormalScore.Compute(horizonInformation, scores, nullHypothesis);
        return parts.HorizonInformation > 0 ? EvidenceMixture.CombineWithoutMemory(plan, true, parts) : parts;
    }

    /// <summary>Variance of the difference of two means by Welch's form.</summary>
    /// <param name="treatment">Moments of the treatment.</param>
    /// <param name="control">Moments of the control.</param>
    public static double WelchVariance(MeanMoments treatment, MeanMoments control) =>
        treatment.VarianceOfMean + control.VarianceOfMean;

    /// <summary>Variance of the difference of two means by the pooled form, 0 when an arm is empty.</summary>
    /// <param name="treatment">Moments of the treatment.</param>
    /// <param name="control">Moments of the control.</param>
    public static double PooledVariance(MeanMoments treatment, MeanMoments control) =>
        treatment.Users > 0 && control.Users > 0
            ? (treatment + control).Variance * ((1 / treatment.Users) + (1 / control.Users))
            : 0;

    internal static int Reduce(ReadOnlySpan<MeanEpoch> epochs, Span<ScoreEpoch> scores)
    {
        var count = 0;
        var least = epochs.Length > 1 ? NormalScore.UsersPerArmAndEpoch : 2;
        foreach (ref readonly var epoch in epochs)
        {
            epoch.Validate(nameof(epochs));
            if (epoch.TreatmentShare is > 0 and < 1
                && epoch.Treatment.Users >= least && epoch.Control.Users >= least)
            {
                scores[count++] = new ScoreEpoch(
                    epoch.TreatmentShare, Estimate(epoch.Treatment), Estimate(epoch.Control),
                    PooledVariance(epoch.Treatment, epoch.Control));
            }
        }

        return count;
    }

    private static ArmEstimate Estimate(MeanMoments moments) => new(moments.Users, moments.Mean, moments.VarianceOfMean);
}
