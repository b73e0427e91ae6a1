namespace Experiments.Stats.Bandits;

/// <summary>Values of an arm and the control in one row of the epoch table.</summary>
/// <param name="Epoch">Number of the table; the rows of the pair's first one are centred and scaled together.</param>
/// <param name="ArmShare">pi = w_a/(w_a + w_0) of the row's table, in [0, 1]; rows at 0 or 1 say nothing and are left out.</param>
/// <param name="Arm">Mature users of the arm.</param>
/// <param name="Control">Mature users of the control.</param>
public readonly record struct ScoreStratum(int Epoch, double ArmShare, ArmCell Arm, ArmCell Control)
{
    internal bool IsUsable => ArmShare is > 0 and < 1 && Arm.Users + Control.Users > 0;

    internal MeanMoments Both => Arm.Moments + Control.Moments;

    internal void Validate(string argument)
    {
        Require.Probability(ArmShare, argument);
        Arm.Validate(argument);
        Control.Validate(argument);
    }
}
