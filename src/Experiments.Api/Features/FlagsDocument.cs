using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Experiments.Api.Shared;

namespace Experiments.Api.Features;

/// <summary>The document of Microsoft.FeatureManagement: what an app's configuration has. Other members are not read.</summary>
internal sealed record FlagsDocument : IVersioned
{
    [Required]
    [JsonPropertyName("feature_management")]
    public required FlagsSection FeatureManagement { get; init; }

    /// <summary>Version of the experiment: the tag of the answer.</summary>
    [JsonIgnore]
    public long Version { get; init; }
}

internal sealed record FlagsSection
{
    [Required]
    [JsonPropertyName("feature_flags")]
    public required IReadOnlyList<FlagDefinition> FeatureFlags { get; init; }
}

/// <summary>One flag, with the members that an experiment has to do with.</summary>
internal sealed record FlagDefinition
{
    [Required]
    public required string Id { get; init; }
    public required bool Enabled { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FlagVariant>? Variants { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FlagAllocation? Allocation { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FlagTelemetry? Telemetry { get; init; }
}

internal sealed record FlagVariant
{
    [Required]
    public required string Name { get; init; }

    [JsonPropertyName("configuration_value")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? ConfigurationValue { get; init; }

    /// <summary>With <c>Disabled</c> the flag is off for who has this variant.</summary>
    [AllowedValues("None", "Enabled", "Disabled")]
    [JsonPropertyName("status_override")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StatusOverride { get; init; }
}

internal sealed record FlagAllocation
{
    [JsonPropertyName("default_when_enabled")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DefaultWhenEnabled { get; init; }

    [JsonPropertyName("default_when_disabled")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DefaultWhenDisabled { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FlagUsers>? User { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FlagGroups>? Group { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FlagPercentile>? Percentile { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Seed { get; init; }
}

internal sealed record FlagUsers(string Variant, IReadOnlyList<string> Users);

internal sealed record FlagGroups(string Variant, IReadOnlyList<string> Groups);

/// <summary>Percentiles [from, to), 100 included.</summary>
internal sealed record FlagPercentile(string Variant, double From, double To);

/// <summary>So that the flag is measured, and what an app may want to know of its origin.</summary>
internal sealed record FlagTelemetry(bool Enabled, IReadOnlyDictionary<string, string> Metadata);
