namespace Experiments.Stats.Bandits;

/// <summary>Which way an effect goes on the KPI as measured.</summary>
public enum Direction
{
    /// <summary>The arm is above the control.</summary>
    Up,

    /// <summary>The arm is below the control.</summary>
    Down,
}
