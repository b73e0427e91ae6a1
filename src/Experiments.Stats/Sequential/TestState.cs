namespace Experiments.Stats.Sequential;

/// <summary>What one test remembers between the looks of the decision engine, per treatment, KPI and null.</summary>
/// <remarks>Immutable and plain, so that it can be stored as JSON. A poll reads it and throws the next one away.</remarks>
public sealed record TestState
{
    /// <summary>State before the first look.</summary>
    public static TestState Initial { get; } = new();

    /// <summary>Score of the last look before the horizon.</summary>
    public double X { get; init; }

    /// <summary>Information share of the last look before the horizon.</summary>
    public double T { get; init; }

    /// <summary>D of a rise at the last look before the horizon.</summary>
    public double DoobUp { get; init; } = 1;

    /// <summary>D of a fall at the last look before the horizon.</summary>
    public double DoobDown { get; init; } = 1;

    /// <summary>Whether the score reached the upper line.</summary>
    public bool LatchedUp { get; init; }

    /// <summary>Whether the score reached the lower line.</summary>
    public bool LatchedDown { get; init; }

    /// <summary>Whether the look that closes the horizon is done; nothing latches after it.</summary>
    public bool TerminalLookDone { get; init; }

    /// <summary>Largest ln E so far, 0 or more; with several treatments the caller keeps the largest adjusted one.</summary>
    public double MaxLogEvidence { get; init; }

    /// <summary>Frozen base rate m of a proportion, once known.</summary>
    public double? Baseline { get; init; }

    /// <summary>Frozen pooled mean of a mean KPI, once known.</summary>
    public double? Mu0 { get; init; }

    /// <summary>Frozen pooled variance per unit of a mean KPI, once known.</summary>
    public double? Sigma2 { get; init; }

    /// <summary>Anytime-valid p-value: min(1, 1/max E).</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double AnytimePValue => Math.Min(1, Math.Exp(-MaxLogEvidence));
}
