namespace Experiments.Stats;

/// <summary>Moments of two values per unit: numerator and denominator of a ratio, or outcome and covariate.</summary>
/// <remarks>
/// <para>Formula of the sum of two groups: as in <see cref="MeanMoments"/>, products alike.</para>
/// <para>Reference: Chan, Golub, LeVeque (1983), American Statistician 37(3), 242-247.</para>
/// </remarks>
/// <param name="Users">Units; zero or more.</param>
/// <param name="MeanY">Mean of the numerator or outcome.</param>
/// <param name="MeanX">Mean of the denominator or covariate.</param>
/// <param name="DeviationsYY">Sum of (y - mean y)^2.</param>
/// <param name="DeviationsXX">Sum of (x - mean x)^2.</param>
/// <param name="DeviationsXY">Sum of (x - mean x)(y - mean y).</param>
public readonly record struct BivariateMoments(
    double Users, double MeanY, double MeanX, double DeviationsYY, double DeviationsXX, double DeviationsXY)
{
    /// <summary>Moments from plain sums.</summary>
    /// <param name="users">Units n; zero or more.</param>
    /// <param name="sumY">Sum of y.</param>
    /// <param name="sumX">Sum of x.</param>
    /// <param name="sumYY">Sum of y^2.</param>
    /// <param name="sumXX">Sum of x^2.</param>
    /// <param name="sumXY">Sum of x y.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN, infinite or negative where it may not be.</exception>
    public static BivariateMoments FromSums(
        double users, double sumY, double sumX, double sumYY, double sumXX, double sumXY)
    {
        Require.NonNegative(users);
        Require.Finite(sumY);
        Require.Finite(sumX);
        Require.NonNegative(sumYY);
        Require.NonNegative(sumXX);
        Require.Finite(sumXY);
        return users <= 0 ? default : new BivariateMoments(
            users, sumY / users, sumX / users, Math.Max(0, sumYY - (sumY * (sumY / users))),
            Math.Max(0, sumXX - (sumX * (sumX / users))), sumXY - (sumX * (sumY / users)));
    }

    /// <summary>Moments of both groups together.</summary>
    /// <param name="left">First group.</param>
    /// <param name="right">Second group, of other units.</param>
    public static BivariateMoments operator +(BivariateMoments left, BivariateMoments right)
    {
        var users = left.Users + right.Users;
        if (users <= 0)
        {
            return default;
        }

        var (dy, dx) = (right.MeanY - left.MeanY, right.MeanX - left.MeanX);
        var (share, weight) = (right.Users / users, left.Users * (right.Users / users));
        return new BivariateMoments(
            users, left.MeanY + (dy * share), left.MeanX + (dx * share),
            left.DeviationsYY + right.DeviationsYY + (dy * dy * weight),
            left.DeviationsXX + right.DeviationsXX + (dx * dx * weight),
            left.DeviationsXY + right.DeviationsXY + (dx * dy * weight));
    }

    /// <summary>Moments of both groups together.</summary>
    /// <param name="left">First group.</param>
    /// <param name="right">Second group, of other units.</param>
    public static BivariateMoments Add(BivariateMoments left, BivariateMoments right) => left + right;

    internal void Validate(string argument)
    {
        Require.NonNegative(Users, argument);
        Require.Finite(MeanY, argument);
        Require.Finite(MeanX, argument);
        Require.NonNegative(DeviationsYY, argument);
        Require.NonNegative(DeviationsXX, argument);
        Require.Finite(DeviationsXY, argument);
    }
}
