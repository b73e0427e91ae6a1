namespace Experiments.Stats.Bandits;

/// <summary>Why an update promotes an arm, or what it waits for.</summary>
public enum PromotionReason
{
    /// <summary>All conditions hold: promote the arm, once.</summary>
    Promoted,

    /// <summary>No arm can be worth it any more: the control stays.</summary>
    NoWinner,

    /// <summary>The update closes no whole cycle: evidence is shown, nobody acts.</summary>
    CycleOpen,

    /// <summary>Fewer days than the plan wants.</summary>
    TooEarly,

    /// <summary>Sample ratio, quarantine or clocks are not in order.</summary>
    Unhealthy,

    /// <summary>Nothing is known, or the control leads.</summary>
    ControlLeads,

    /// <summary>The leader is paused, removed or frozen.</summary>
    ArmInactive,

    /// <summary>A large-sample proof before 100 users and 100 values in both arms.</summary>
    TooFewUsers,

    /// <summary>The leader is not proved better than the control.</summary>
    EvidenceShort,

    /// <summary>Choosing the leader may cost more than the plan tolerates.</summary>
    LossTooLarge,

    /// <summary>A guardrail froze the leader.</summary>
    GuardrailStopped,

    /// <summary>A guardrail's margin is not proved kept.</summary>
    GuardrailUnproved,

    /// <summary>In the last cycle the leader was not above the control: a novelty that has faded.</summary>
    Faded,
}
