using System.Text.Json;
using System.Text.Json.Serialization;

namespace Experiments.Sdk.Assignment;

/// <summary>Whom an experiment is for: a tree of <c>all</c>, <c>any</c>, <c>not</c> around conditions on one attribute each.</summary>
/// <remarks>Exactly one of <see cref="All"/>, <see cref="Any"/>, <see cref="Not"/>, <see cref="Attribute"/> is set; with an attribute,
/// exactly one operator. A missing attribute satisfies <c>exists: false</c> and <c>notIn</c> only.</remarks>
internal sealed record AudienceCondition
{
    public IReadOnlyList<AudienceCondition>? All { get; init; }

    public IReadOnlyList<AudienceCondition>? Any { get; init; }

    public AudienceCondition? Not { get; init; }

    public string? Attribute { get; init; }

    [JsonPropertyName("equals")]
    public JsonElement? EqualTo { get; init; }

    public IReadOnlyList<JsonElement>? In { get; init; }

    public IReadOnlyList<JsonElement>? NotIn { get; init; }

    public double? GreaterThan { get; init; }

    public double? AtLeast { get; init; }

    public double? LessThan { get; init; }

    public double? AtMost { get; init; }

    public string? Contains { get; init; }

    public string? StartsWith { get; init; }

    public bool? Exists { get; init; }
}
