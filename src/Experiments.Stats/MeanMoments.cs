namespace Experiments.Stats;

/// <summary>Count, mean and centred second moment of one value per unit: all that a test of means needs.</summary>
/// <remarks>
/// <para>Formula of the sum of two groups: n = n1 + n2, d = mean2 - mean1, mean = mean1 + d n2/n,
/// M2 = M2_1 + M2_2 + d^2 n1 n2/n.</para>
/// <para>Reference: Chan, Golub, LeVeque (1983), "Algorithms for computing the sample variance", American
/// Statistician 37(3), 242-247.</para>
/// <para>Values are one per exposed mature unit, zero when nothing happened, after the frozen cap.</para>
/// </remarks>
/// <param name="Users">Units; zero or more.</param>
/// <param name="Mean">Mean value per unit, in units of the metric; 0 without units.</param>
/// <param name="SumOfSquaredDeviations">Sum of (y - mean)^2, in squared units of the metric; zero or more.</param>
public readonly record struct MeanMoments(double Users, double Mean, double SumOfSquaredDeviations)
{
    /// <summary>Total of the values.</summary>
    public double Sum => Users * Mean;

    /// <summary>Sample variance (divisor n - 1); 0 below two units.</summary>
    public double Variance => Users > 1 ? SumOfSquaredDeviations / (Users - 1) : 0;

    /// <summary>Variance of the mean; 0 below two units.</summary>
    public double VarianceOfMean => Users > 1 ? Variance / Users : 0;

    /// <summary>Moments from plain sums; a sum of squares below its least possible value counts as that value.</summary>
    /// <remarks>Plain sums of large, similar values lose digits: sum y - reference instead and pass the reference.</remarks>
    /// <param name="users">Units n; zero or more.</param>
    /// <param name="sum">Sum of y - <paramref name="reference"/>.</param>
    /// <param name="sumOfSquares">Sum of (y - <paramref name="reference"/>)^2; zero or more.</param>
    /// <param name="reference">What was taken off each value before summing; usually 0 or the frozen mean.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN, infinite or negative where it may not be.</exception>
    public static MeanMoments FromSums(double users, double sum, double sumOfSquares, double reference = 0)
    {
        Require.NonNegative(users);
        Require.Finite(sum);
        Require.NonNegative(sumOfSquares);
        Require.Finite(reference);
        if (users <= 0)
        {
            return default;
        }

        var mean = sum / users;
        return new MeanMoments(users, reference + mean, Math.Max(0, sumOfSquares - (sum * mean)));
    }

    /// <summary>Moments of both groups together.</summary>
    /// <param name="left">First group.</param>
    /// <param name="right">Second group, of other units.</param>
    public static MeanMoments operator +(MeanMoments left, MeanMoments right)
    {
        var users = left.Users + right.Users;
        if (users <= 0)
        {
            return default;
        }

        var difference = right.Mean - left.Mean;
        return new MeanMoments(
            users,
            left.Mean + (difference * (right.Users / users)),
            left.SumOfSquaredDeviations + right.SumOfSquaredDeviations
                + (difference * difference * left.Users * (right.Users / users)));
    }

    /// <summary>Moments of both groups together.</summary>
    /// <param name="left">First group.</param>
    /// <param name="right">Second group, of other units.</param>
    public static MeanMoments Add(MeanMoments left, MeanMoments right) => left + right;

    internal void Validate(string argument)
    {
        Require.NonNegative(Users, argument);
        Require.Finite(Mean, argument);
        Require.NonNegative(SumOfSquaredDeviations, argument);
    }
}
