namespace Experiments.Stats.Bandits;

/// <summary>What one arm's users of one row of the epoch table did, as sums that add up.</summary>
/// <remarks>
/// <para>Users first exposed in that row, each once. Pending users, where they are counted at all, count as a fraction (<see cref="ArrivalCurve"/>),
/// so <paramref name="Users"/> may be fractional and even under <paramref name="NonZeroUsers"/>.</para>
/// </remarks>
/// <param name="Users">Users n; zero or more.</param>
/// <param name="NonZeroUsers">Users c whose value is not 0: the conversions of a proportion; zero or more.</param>
/// <param name="Sum">Sum of the values after the cap, units of the KPI: the conversions again for a proportion.</param>
/// <param name="SumOfSquaredDeviations">Sum of (x - mean)^2, squared units.</param>
public readonly record struct ArmCell(double Users, double NonZeroUsers, double Sum, double SumOfSquaredDeviations)
{
    /// <summary>Values of the arm as moments.</summary>
    public MeanMoments Moments => Users > 0 ? new MeanMoments(Users, Sum / Users, SumOfSquaredDeviations) : default;

    /// <summary>Users and conversions of a proportion.</summary>
    /// <param name="users">Users, zero or more.</param>
    /// <param name="conversions">Users who converted, zero or more.</param>
    public static ArmCell OfProportion(double users, double conversions) =>
        new(users, conversions, conversions, users > 0 ? Math.Max(0, conversions * (1 - (conversions / users))) : 0);

    /// <summary>Users and values of a mean, a count or money.</summary>
    /// <param name="moments">Capped values, one per user, zero when nothing happened.</param>
    /// <param name="nonZeroUsers">Users whose value is not 0.</param>
    public static ArmCell OfMean(MeanMoments moments, double nonZeroUsers) =>
        new(moments.Users, nonZeroUsers, moments.Sum, moments.SumOfSquaredDeviations);

    /// <summary>Cells of both groups of users together.</summary>
    /// <param name="left">First group.</param>
    /// <param name="right">Second group, of other users.</param>
    public static ArmCell operator +(ArmCell left, ArmCell right)
    {
        var moments = left.Moments + right.Moments;
        return new ArmCell(
            left.Users + right.Users, left.NonZeroUsers + right.NonZeroUsers, left.Sum + right.Sum, moments.SumOfSquaredDeviations);
    }

    /// <summary>Cells of both groups of users together.</summary>
    /// <param name="left">First group.</param>
    /// <param name="right">Second group, of other users.</param>
    public static ArmCell Add(ArmCell left, ArmCell right) => left + right;

    internal void Validate(string argument)
    {
        Require.NonNegative(Users, argument);
        Require.NonNegative(NonZeroUsers, argument);
        Require.Finite(Sum, argument);
        Require.NonNegative(SumOfSquaredDeviations, argument);
    }
}
