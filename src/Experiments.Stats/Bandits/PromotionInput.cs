namespace Experiments.Stats.Bandits;

/// <summary>What a promotion is decided from.</summary>
/// <param name="Rows">Mature users by row, in order of time; all arms ever started.</param>
/// <param name="MatureThroughDay">Last UTC day, counted from the day of the start, that is over and whose users are all mature; -1: none.</param>
/// <param name="Update">This update's step of the bandit: leader and loss.</param>
public sealed record PromotionInput(IReadOnlyList<EpochRow> Rows, int MatureThroughDay, BanditUpdate Update)
{
    /// <summary>Cycle that was judged last, 0 for none: each is judged once, when it closes.</summary>
    public int LastCycle { get; init; }

    /// <summary>Treatments ever started, K - 1.</summary>
    public int TreatmentsEverStarted { get; init; } = 1;

    /// <summary>Which arms may win: not paused, removed or frozen by a guardrail. Null: all.</summary>
    public IReadOnlyList<bool>? Active { get; init; }

    /// <summary>False after a sequential sample-ratio alarm, a large quarantine or other trouble.</summary>
    public bool IsHealthy { get; init; } = true;

    /// <summary>One reading per arm and guardrail.</summary>
    public IReadOnlyList<GuardrailReading> Guardrails { get; init; } = [];

    /// <summary>Frozen scales by arm for the score process; null where not frozen yet.</summary>
    public IReadOnlyList<ScoreScale?>? Scales { get; init; }
}
