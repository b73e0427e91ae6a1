namespace Experiments.Stats.Bandits;

/// <summary>What the score process freezes of a pair: mean and variance of its first epoch, both arms together.</summary>
/// <param name="Mean">m1, or 0.2 sqrt(v1) where that mean is not above 0; units of the KPI.</param>
/// <param name="Variance">v1, divisor n, above 0; squared units.</param>
public readonly record struct ScoreScale(double Mean, double Variance)
{
    /// <summary>Scale of a pair, to be frozen once the users of its first table are mature.</summary>
    /// <param name="strata">Rows of the pair in order of time; those of the first usable epoch are read.</param>
    /// <returns>Null without users there or while their values do not vary.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A share or a cell is NaN or outside its range.</exception>
    public static ScoreScale? Of(ReadOnlySpan<ScoreStratum> strata)
    {
        var first = FirstEpoch(strata);
        var variance = first.Users > 0 ? first.SumOfSquaredDeviations / first.Users : 0;
        return variance > 0 && double.IsFinite(variance)
            ? new ScoreScale(first.Mean > 0 ? first.Mean : 0.2 * Math.Sqrt(variance), variance)
            : null;
    }

    /// <summary>All rows of the pair's first table together.</summary>
    internal static MeanMoments FirstEpoch(ReadOnlySpan<ScoreStratum> strata)
    {
        var (first, epoch) = (default(MeanMoments), default(int?));
        foreach (ref readonly var stratum in strata)
        {
            stratum.Validate(nameof(strata));
            if (stratum.IsUsable && (epoch ??= stratum.Epoch) == stratum.Epoch)
            {
                first += stratum.Both;
            }
        }

        return first;
    }

    internal void Validate(string argument)
    {
        Require.Positive(Mean, argument);
        Require.Positive(Variance, argument);
    }

    /// <summary>Precision of the mixture over effects of about tau times the mean.</summary>
    internal double Precision(double tau) => Variance / (tau * Mean) * (Variance / (tau * Mean));
}
