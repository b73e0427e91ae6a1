using Experiments.Stats.Numerics;

namespace Experiments.Stats.Bandits;

/// <summary>What a best practice has brought since its promotion, from its own holdback only.</summary>
/// <remarks>
/// <para>Formula: proportion: converters served x (1 - e^-theta) x value, theta the log ratio of practice to holdback; mean: difference x users
/// served x value. Ends of the interval go the same way.</para>
/// <para>Reference: Gelman, Carlin 2014, "Beyond power calculations" (why the lift that won a promotion may not be used: it is selected).</para>
/// <para>Assumes: users first exposed after the promotion. Accuracy: that of the estimate.</para>
/// </remarks>
/// <param name="Money">Estimate; null while nothing is known.</param>
/// <param name="Interval">Confidence sequence; an open end is null.</param>
public readonly record struct PracticeValue(double? Money, Interval Interval)
{
    /// <summary>Value of a proportion.</summary>
    /// <param name="convertersServed">Mature converters who received the practice, zero or more.</param>
    /// <param name="logRatio">Log ratio of practice to holdback; null while unknown.</param>
    /// <param name="interval">Its confidence sequence.</param>
    /// <param name="valuePerConversion">Money per conversion, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static PracticeValue OfProportion(double convertersServed, double? logRatio, Interval interval, double valuePerConversion)
    {
        var scale = Require.NonNegative(convertersServed) * Require.Positive(valuePerConversion);
        return new PracticeValue(Gained(logRatio), new Interval(Gained(interval.Lower), Gained(interval.Upper)));

        double? Gained(double? theta) => theta is { } value ? -scale * SpecialMath.Expm1(-Require.Finite(value, nameof(logRatio))) : null;
    }

    /// <summary>Value of a mean.</summary>
    /// <param name="usersServed">Mature users who received the practice, zero or more.</param>
    /// <param name="difference">Difference of the means, units of the KPI; null while unknown.</param>
    /// <param name="interval">Its confidence sequence.</param>
    /// <param name="valuePerUnit">Money per unit of the KPI, above 0; 1 for a KPI in money.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static PracticeValue OfMean(double usersServed, double? difference, Interval interval, double valuePerUnit)
    {
        var scale = Require.NonNegative(usersServed) * Require.Positive(valuePerUnit);
        return new PracticeValue(difference * scale, new Interval(interval.Lower * scale, interval.Upper * scale));
    }
}
