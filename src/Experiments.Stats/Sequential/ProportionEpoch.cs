namespace Experiments.Stats.Sequential;

/// <summary>Counts of a pair while its allocation did not change.</summary>
/// <param name="TreatmentShare">w = w_T/(w_T + w_C) of the pair, in [0, 1]; epochs at 0 or 1 are skipped.</param>
/// <param name="Treatment">Mature units of the treatment first exposed in this epoch.</param>
/// <param name="Control">Mature units of the control first exposed in this epoch.</param>
public readonly record struct ProportionEpoch(
    double TreatmentShare, ProportionCounts Treatment, ProportionCounts Control)
{
    internal void Validate(string argument)
    {
        Require.Probability(TreatmentShare, argument);
        Treatment.Validate(argument);
        Control.Validate(argument);
    }
}
