namespace Experiments.Stats.Bandits;

/// <summary>How much of what a user will do has usually come by an age: what a pending user counts for.</summary>
/// <remarks>
/// <para>Formula: F(j/20) = share of matured first conversions (means: of their value) that came by age j/20 of the window, linear between,
/// F(0) = 0, F(1) = 1. A pending user adds F(age/window) to the users instead of 1; his conversions so far count.</para>
/// <para>Reference: Chapelle 2014, "Modeling delayed feedback in display advertising"; Vernade, Cappe, Perchet 2017.</para>
/// <para>Assumes: arms are alike in how fast they convert, pooled over arms; for allocation only, never for proof.</para>
/// <para>Accuracy: exact up to rounding.</para>
/// </remarks>
public sealed class ArrivalCurve
{
    /// <summary>Equal parts of the window.</summary>
    public const int Bins = 20;

    /// <summary>Matured conversions from which on the curve is trusted.</summary>
    public const double LeastConversions = 50;

    private readonly double[] _shares = new double[Bins + 1];

    private ArrivalCurve()
    {
    }

    /// <summary>Curve from what matured users did.</summary>
    /// <param name="arrivedByBin">Matured first conversions (means: their value) by age in twentieths of the window; zero or more.</param>
    /// <param name="conversions">Matured converters behind it.</param>
    /// <returns>Null under 50 matured conversions or without any value: then only mature users count.</returns>
    /// <exception cref="ArgumentException">Not 20 bins.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is NaN or negative.</exception>
    public static ArrivalCurve? From(ReadOnlySpan<double> arrivedByBin, double conversions)
    {
        Require.SameLength(arrivedByBin.Length, Bins, nameof(arrivedByBin));
        Require.NonNegative(conversions);
        var curve = new ArrivalCurve();
        for (var j = 0; j < Bins; j++)
        {
            curve._shares[j + 1] = curve._shares[j] + Require.NonNegative(arrivedByBin[j], nameof(arrivedByBin));
        }

        var total = curve._shares[Bins];
        if (conversions < LeastConversions || !(total > 0))
        {
            return null;
        }

        for (var j = 1; j <= Bins; j++)
        {
            curve._shares[j] /= total;
        }

        return curve;
    }

    /// <summary>F at an age.</summary>
    /// <param name="age">Age as a share of the window; held inside [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">The age is NaN or infinite.</exception>
    public double At(double age)
    {
        var at = Math.Clamp(Require.Finite(age), 0, 1) * Bins;
        var bin = Math.Min((int)at, Bins - 1);
        return _shares[bin] + ((at - bin) * (_shares[bin + 1] - _shares[bin]));
    }

    /// <summary>What pending users count for together.</summary>
    /// <param name="pendingBySlot">Pending users by age in twentieths of the window, each slot taken at its middle.</param>
    /// <exception cref="ArgumentException">Not 20 slots.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is NaN or negative.</exception>
    public double UsersOf(ReadOnlySpan<double> pendingBySlot)
    {
        Require.SameLength(pendingBySlot.Length, Bins, nameof(pendingBySlot));
        var users = 0.0;
        for (var slot = 0; slot < Bins; slot++)
        {
            users += Require.NonNegative(pendingBySlot[slot], nameof(pendingBySlot)) * At((slot + 0.5) / Bins);
        }

        return users;
    }

    /// <summary>An arm's cell for the allocation: mature users in full, pending ones by their age, what both did so far.</summary>
    /// <param name="mature">Mature users of the row.</param>
    /// <param name="pending">Pending users of the row in full, with what they did so far.</param>
    /// <param name="pendingBySlot">The pending users by age in twentieths of the window.</param>
    /// <exception cref="ArgumentException">Not 20 slots.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is NaN or negative.</exception>
    public ArmCell Current(ArmCell mature, ArmCell pending, ReadOnlySpan<double> pendingBySlot)
    {
        mature.Validate(nameof(mature));
        pending.Validate(nameof(pending));
        return (mature + pending) with { Users = mature.Users + UsersOf(pendingBySlot) };
    }
}
