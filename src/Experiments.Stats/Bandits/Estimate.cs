namespace Experiments.Stats.Bandits;

/// <summary>An estimate with its standard error.</summary>
/// <param name="Value">Units of the KPI; null while it does not exist.</param>
/// <param name="StandardError">Same units; null below two users.</param>
public readonly record struct Estimate(double? Value, double? StandardError)
{
    internal static Estimate Of(in MeanMoments moments) => moments.Users < 1 ? default
        : new Estimate(moments.Mean, moments.Users >= 2 ? Math.Sqrt(moments.VarianceOfMean) : null);
}
