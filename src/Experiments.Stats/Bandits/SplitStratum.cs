namespace Experiments.Stats.Bandits;

/// <summary>How the converters of one row of the epoch table split between an arm and the control.</summary>
/// <param name="ArmShare">pi = w_a/(w_a + w_0) of the row's table, in [0, 1]; rows at 0 or 1 say nothing and are left out.</param>
/// <param name="ArmConversions">Mature converters of the arm, zero or more.</param>
/// <param name="ControlConversions">Mature converters of the control, zero or more.</param>
public readonly record struct SplitStratum(double ArmShare, double ArmConversions, double ControlConversions)
{
    internal double Conversions => ArmConversions + ControlConversions;

    internal bool IsUsable => ArmShare is > 0 and < 1 && Conversions > 0;

    internal void Validate(string argument)
    {
        Require.Probability(ArmShare, argument);
        Require.NonNegative(ArmConversions, argument);
        Require.NonNegative(ControlConversions, argument);
    }
}
