namespace Experiments.Stats.Bandits;

/// <summary>Why a step of a bandit gave the table that it gave.</summary>
public enum AllocationReason
{
    /// <summary>Weights moved towards P(best).</summary>
    Moved,

    /// <summary>Weights are where P(best) wants them: no new epoch.</summary>
    AtTarget,

    /// <summary>An arm of the start has too few users yet: weights stay.</summary>
    BurnIn,

    /// <summary>A sample-ratio alarm or other trouble of health: weights stay.</summary>
    Unhealthy,

    /// <summary>Nobody has converted yet, or values do not vary: weights stay.</summary>
    NoConversions,

    /// <summary>One active arm gets everything, the control when none is active.</summary>
    OneArm,
}
