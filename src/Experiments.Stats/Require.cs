using System.Numerics;
using System.Runtime.CompilerServices;

namespace Experiments.Stats;

/// <summary>Argument checks, all written as <c>!(condition)</c> so that NaN is refused too.</summary>
internal static class Require
{
    internal static double Finite(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        double.IsFinite(value) ? value : throw Refused(name, value, "must be a finite number");

    internal static double NonNegative(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value >= 0 && double.IsFinite(value) ? value : throw Refused(name, value, "must be finite and at least 0");

    internal static double Positive(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value > 0 && double.IsFinite(value) ? value : throw Refused(name, value, "must be finite and above 0");

    internal static double Probability(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value is >= 0 and <= 1 ? value : throw Refused(name, value, "must be in [0, 1]");

    internal static double OpenUnit(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value is > 0 and < 1 ? value : throw Refused(name, value, "must be strictly between 0 and 1");

    internal static double Alpha(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value is >= 1e-100 and <= 0.5 ? value : throw Refused(name, value, "must be in (0, 0.5], at least 1e-100");

    internal static void SameLength(int actual, int expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{name} has {actual} entries where {expected} are needed.", name);
        }
    }

    internal static ArgumentOutOfRangeException Refused<T>(string? name, T value, string rule)
        where T : INumber<T> => new(name, value, $"{name} is {value}; it {rule}.");
}
