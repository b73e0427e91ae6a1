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
    public static BestPracticeView From(BestPractice p, JsonElement? live) => new(
        p.Key, p.Parameter, p.Value, p.HoldbackValue, p.State, p.Scope, p.Holdback, p.ValidFrom, p.ReviewBy, p.Pillar, p.RetiredReason,
        p.Version, p.Evidence, live);
}

/// <summary>Reads what the holdback of a practice says now; registered by who measures it.</summary>
internal delegate ValueTask<JsonElement?> PracticeLive(BestPractice practice, CancellationToken cancellationToken);
