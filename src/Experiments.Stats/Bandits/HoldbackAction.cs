namespace Experiments.Stats.Bandits;

/// <summary>What the harm detector asks for after a whole cycle.</summary>
public enum HoldbackAction
{
    /// <summary>Nothing: base holdback.</summary>
    Keep,

    /// <summary>Escalate the holdback until the suspicion is gone.</summary>
    Verify,

    /// <summary>Serve the old default again, mark the practice contested.</summary>
    Demote,
}
