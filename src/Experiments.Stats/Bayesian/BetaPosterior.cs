namespace Experiments.Stats.Bayesian;

/// <summary>Beta law of a conversion rate, given what was seen.</summary>
/// <remarks>
/// <para>Formula: alpha = prior alpha + conversions, beta = prior beta + units that did not convert.</para>
/// <para>Assumes: units alike and independent, counts pooled over epochs of equal weights.</para>
/// </remarks>
/// <param name="Alpha">First parameter, above 0: prior conversions plus conversions.</param>
/// <param name="Beta">Second parameter, above 0: prior failures plus failures.</param>
public readonly record struct BetaPosterior(double Alpha, double Beta)
{
    // Below the least the logit scale reaches past what a double resolves; above the most so does the width.
    internal const double Least = 1e-6;
    internal const double Most = 1e12;

    /// <summary>The flat prior, Beta(1, 1).</summary>
    public static BetaPosterior Flat => new(1, 1);

    /// <summary>Expected rate, in (0, 1).</summary>
    public double Mean => Alpha / (Alpha + Beta);

    /// <summary>Variance of the rate.</summary>
    public double Variance => Mean * (Beta / (Alpha + Beta)) / (Alpha + Beta + 1);

    /// <summary>Posterior after counts, from a flat prior.</summary>
    /// <param name="counts">Units and conversions of one variant.</param>
    /// <exception cref="ArgumentOutOfRangeException">Counts negative, NaN, or more conversions than users.</exception>
    public static BetaPosterior FromCounts(ProportionCounts counts) => Flat.Update(counts);

    /// <summary>Posterior after more counts, this one being the prior.</summary>
    /// <param name="counts">Units and conversions not yet counted.</param>
    /// <exception cref="ArgumentOutOfRangeException">Counts negative, NaN, or more conversions than users.</exception>
    public BetaPosterior Update(ProportionCounts counts)
    {
        counts.Validate(nameof(counts));
        return new BetaPosterior(Alpha + counts.Conversions, Beta + counts.Failures);
    }

    /// <summary>The law of 1 - rate: turns a KPI that should fall into one that should rise.</summary>
    public BetaPosterior Complement() => new(Beta, Alpha);

    internal void Validate(string argument)
    {
        if (!(Alpha is >= Least and <= Most))
        {
            throw Require.Refused(argument, Alpha, "must have alpha in [1e-6, 1e12]");
        }

        if (!(Beta is >= Least and <= Most))
        {
            throw Require.Refused(argument, Beta, "must have beta in [1e-6, 1e12]");
        }
    }
}
