namespace Experiments.Stats.Sequential;

/// <summary>Moments of a pair while its allocation did not change.</summary>
/// <param name="TreatmentShare">w = w_T/(w_T + w_C) of the pair, in [0, 1]; epochs at 0 or 1 are skipped.</param>
/// <param name="Treatment">Capped, zero-filled values of the treatment's mature units.</param>
/// <param name="Control">Capped, zero-filled values of the control's mature units.</param>
/// <param name="NonZeroUsers">Units of the pair whose value is not 0; the test starts at 10 of them in all.</param>
public readonly record struct MeanEpoch(
    double TreatmentShare, MeanMoments Treatment, MeanMoments Control, double NonZeroUsers)
{
    internal void Validate(string argument)
    {
        Require.Probability(TreatmentShare, argument);
        Treatment.Validate(argument);
        Control.Validate(argument);
        Require.NonNegative(NonZeroUsers, argument);
    }
}
