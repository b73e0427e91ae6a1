namespace Experiments.Stats.Sequential;

/// <summary>Moments of two values per unit of a pair while its allocation did not change.</summary>
/// <param name="TreatmentShare">w = w_T/(w_T + w_C) of the pair, in [0, 1]; epochs at 0 or 1 are skipped.</param>
/// <param name="Treatment">Mature units of the treatment.</param>
/// <param name="Control">Mature units of the control.</param>
/// <param name="NonZeroUsers">Units of the pair whose numerator or outcome is not 0.</param>
public readonly record struct BivariateEpoch(
    double TreatmentShare, BivariateMoments Treatment, BivariateMoments Control, double NonZeroUsers)
{
    internal bool IsUsable => TreatmentShare is > 0 and < 1;

    internal void Validate(string argument)
    {
        Require.Probability(TreatmentShare, argument);
        Treatment.Validate(argument);
        Control.Validate(argument);
        Require.NonNegative(NonZeroUsers, argument);
    }
}
