namespace Experiments.Stats;

/// <summary>How many units of one variant entered the test and how many of them converted.</summary>
/// <param name="Users">Mature units, each once; zero or more. Drift-adjusted trials may be fractional.</param>
/// <param name="Conversions">Units that converted inside their window; between 0 and <paramref name="Users"/>.</param>
public readonly record struct ProportionCounts(double Users, double Conversions)
{
    /// <summary>Units that did not convert.</summary>
    public double Failures => Users - Conversions;

    /// <summary>Observed rate; 0 without units.</summary>
    public double Rate => Users > 0 ? Conversions / Users : 0;

    /// <summary>Counts of both groups together.</summary>
    /// <param name="left">First group.</param>
    /// <param name="right">Second group, of other units.</param>
    public static ProportionCounts operator +(ProportionCounts left, ProportionCounts right) =>
        new(left.Users + right.Users, left.Conversions + right.Conversions);

    /// <summary>Counts of both groups together.</summary>
    /// <param name="left">First group.</param>
    /// <param name="right">Second group, of other units.</param>
    public static ProportionCounts Add(ProportionCounts left, ProportionCounts right) => left + right;

    internal void Validate(string argument)
    {
        Require.NonNegative(Users, argument);
        Require.NonNegative(Conversions, argument);
        if (Conversions > Users)
        {
            throw Require.Refused(argument, Conversions, $"must not count more conversions than its {Users} users");
        }
    }
}
