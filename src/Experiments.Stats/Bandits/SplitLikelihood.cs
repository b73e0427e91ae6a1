using System.Buffers;
using System.Runtime.Intrinsics;
using Experiments.Stats.Numerics;

namespace Experiments.Stats.Bandits;

/// <summary>Log likelihood of how converters split, as a function of the log ratio theta of the arm's rate to the control's.</summary>
/// <remarks>l(theta) = sum of c_a theta - (c_a + c_0) ln(1 + pi (e^theta - 1)), concave, 0 at 0. Neighbours of equal pi are joined; four rows
/// a step. No garbage: the arrays are rented.</remarks>
internal readonly ref struct SplitLikelihood : IDisposable
{
    private const int Lanes = LogitPanel.Lanes;

    private readonly double[] _shares;
    private readonly double[] _totals;
    private readonly int _length;

    internal SplitLikelihood(ReadOnlySpan<SplitStratum> strata)
    {
        _shares = ArrayPool<double>.Shared.Rent(strata.Length + Lanes);
        _totals = ArrayPool<double>.Shared.Rent(strata.Length + Lanes);
        var count = 0;
        foreach (ref readonly var stratum in strata)
        {
            if (!stratum.IsUsable)
            {
                continue;
            }

            if (count == 0 || _shares[count - 1] != stratum.ArmShare)
            {
                (_shares[count], _totals[count++]) = (stratum.ArmShare, 0);
            }

            _totals[count - 1] += stratum.Conversions;
            ArmConversions += stratum.ArmConversions;
            Conversions += stratum.Conversions;
        }

        for (_length = count; _length % Lanes != 0; _length++)
        {
            (_shares[_length], _totals[_length]) = (0.5, 0);
        }
    }

    /// <summary>Conversions of the arm in usable rows.</summary>
    internal double ArmConversions { get; }

    /// <summary>Conversions of the pair in usable rows.</summary>
    internal double Conversions { get; }

    internal double Log(double theta)
    {
        var (growth, sum) = (Vector256.Create(SpecialMath.Expm1(theta)), Vector256<double>.Zero);
        for (var i = 0; i < _length; i += Lanes)
        {
            sum += LogitPanel.Load(_totals, i) * LogitPanel.Log1p(LogitPanel.Load(_shares, i) * growth);
        }

        return (ArmConversions * theta) - Vector256.Sum(sum);
    }

    /// <summary>First derivative, and minus the second: sum of n r (1 - r) with r = pi e^theta/(1 + pi (e^theta - 1)).</summary>
    internal (double Slope, double Information) Derivatives(double theta)
    {
        var (growth, factor) = (Vector256.Create(SpecialMath.Expm1(theta)), Vector256.Create(Math.Exp(theta)));
        var (expected, information, one) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.One);
        for (var i = 0; i < _length; i += Lanes)
        {
            var share = LogitPanel.Load(_shares, i);
            var rate = share * factor / (one + (share * growth));
            var mean = LogitPanel.Load(_totals, i) * rate;
            expected += mean;
            information += mean * (one - rate);
        }

        return (ArmConversions - Vector256.Sum(expected), Vector256.Sum(information));
    }

    public void Dispose()
    {
        ArrayPool<double>.Shared.Return(_shares);
        ArrayPool<double>.Shared.Return(_totals);
    }
}
