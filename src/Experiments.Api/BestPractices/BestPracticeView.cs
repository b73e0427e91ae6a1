using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.BestPractices;

/// <summary>A best practice as it is answered; <paramref name="Live"/> is what its holdback says now, null when nothing does.</summary>
internal sealed record BestPracticeView(
    string Key,
    string Parameter,
    JsonElement? Value,
    JsonElement? HoldbackValue,
    string State,
    PracticeScope Scope,
    double Holdback,
    DateTimeOffset ValidFrom,
    DateTimeOffset ReviewBy,
    string? Pillar,
    string? RetiredReason,
    long Version,
    IReadOnlyList<PracticeEvidence> Evidence,
    JsonElement? Live) : IVersioned
{
    /// <summary>Why it is contested or expired.</summary>
    public string? StateReason { get; init; }

    /// <summary>Why its holdback is greater than planned: <c>verify</c> (its holdback may do better) or <c>retest</c> (its evidence has aged).</summary>
    public PracticeDoubt? Doubt { get; init; }

    /// <summary>The share that the plan holds back; <c>holdback</c> is the one in force.</summary>
    public double PlannedHoldback { get; init; }

    /// <summary>Renewed although the re-test could not show that it is still better.</summary>
    public bool IsWeak { get; init; }

    /// <summary>Experiment drafted to test it again.</summary>
    public string? Retest { get; init; }

    /// <summary>Later tests that speak against it.</summary>
    public IReadOnlyList<PracticeEvidence> Contradictions { get; init; } = [];

    /// <summary>Stretches with one holdback, in buckets of 10,000, oldest first.</summary>
    public IReadOnlyList<PracticeEpoch> Epochs { get; init; } = [];

    public static BestPracticeView From(BestPractice p, JsonElement? live) => new(
        p.Key, p.Parameter, p.Value, p.HoldbackValue, p.State, p.Scope, p.Holdback, p.ValidFrom, p.ReviewBy, p.Pillar, p.RetiredReason,
        p.Version, p.Evidence, live)
    {
        StateReason = p.StateReason,
        Doubt = p.Doubt,
        PlannedHoldback = p.PlannedHoldback,
        IsWeak = p.IsWeak,
        Retest = p.Retest,
        Contradictions = p.Contradictions,
        Epochs = p.Epochs,
    };
}

/// <summary>Reads what the holdback of a practice says now; registered by who measures it.</summary>
internal delegate ValueTask<JsonElement?> PracticeLive(BestPractice practice, CancellationToken cancellationToken);
