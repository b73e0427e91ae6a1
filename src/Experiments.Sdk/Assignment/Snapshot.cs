using System.Text.Json;
using System.Text.Json.Serialization;

namespace Experiments.Sdk.Assignment;

/// <summary>What an SDK needs of the catalogue: running experiments and active best practices, nothing else.</summary>
/// <remarks>The body of <c>GET /v1/snapshot</c> (camelCase), and in Redis the value of the catalogue's snapshot key. Immutable.</remarks>
internal sealed record Snapshot
{
    /// <summary>Version of the catalogue that it was made from; the newest version wins, whatever its source.</summary>
    public required long Version { get; init; }

    public IReadOnlyList<SnapshotExperiment> Experiments { get; init; } = [];

    public IReadOnlyList<SnapshotPractice> BestPractices { get; init; } = [];
}

/// <summary>A running experiment as an SDK sees it.</summary>
internal sealed record SnapshotExperiment
{
    public required string Key { get; init; }

    /// <summary><c>ab</c> or <c>bandit</c>.</summary>
    public required string Kind { get; init; }

    public required string Parameter { get; init; }

    /// <summary>Salt of the layer: <c>hash64(layerSalt + ":" + user)</c> gives the slot of 10,000 in the layer.</summary>
    public required string LayerSalt { get; init; }

    /// <summary>The experiment's slots in its layer: pairs [from, to), in slots of 10,000, ascending.</summary>
    public required IReadOnlyList<int[]> Slots { get; init; }

    /// <summary>Salt of the experiment: <c>hash64(salt + ":" + user)</c> gives the bucket of 10,000 in <see cref="Table"/>.</summary>
    public required string Salt { get; init; }

    /// <summary>Epoch of the table: the number of times that the weights have changed.</summary>
    public required int Epoch { get; init; }

    public required IReadOnlyList<SnapshotVariant> Variants { get; init; }

    /// <summary>Key of the control: who had an arm that was stopped is served it. Null in a snapshot of before this member.</summary>
    public string? Control { get; init; }

    /// <summary>Run-length coded buckets: pairs [first bucket, index of the variant], ascending from bucket 0.</summary>
    public required IReadOnlyList<int[]> Table { get; init; }

    public AudienceCondition? Audience { get; init; }

    /// <summary>Attributes that an exposure carries, for breakdowns of the results.</summary>
    public IReadOnlyList<string> Breakdowns { get; init; } = [];

    /// <summary>In place of slots and table, which are then empty: who does not know this member serves nobody, rather than others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeatureAllocation? FeatureManagement { get; init; }
}

/// <summary>A variant: its key and the value that the parameter takes; null is the app's own default.</summary>
internal sealed record SnapshotVariant(string Key, JsonElement? Value)
{
    /// <summary>What it is in the app's feature of the parameter's name, where it has a name of its own there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeatureVariant? Feature { get; init; }
}

/// <summary>An active best practice: a value learned, served to all but its holdback.</summary>
internal sealed record SnapshotPractice
{
    public required string Key { get; init; }

    public required string Parameter { get; init; }

    /// <summary>The winning value.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>The value of before, served to the holdback; null is the app's own default.</summary>
    public JsonElement? HoldbackValue { get; init; }

    /// <summary>Salt of the holdback: <c>hash64(salt + ":" + user)</c> below <see cref="HoldbackBuckets"/> is held back.</summary>
    public required string Salt { get; init; }

    /// <summary>Size of the holdback in buckets of 10,000: 500 is 5 %.</summary>
    public required int HoldbackBuckets { get; init; }

    /// <summary>Number of times that the size of the holdback has changed; an exposure carries it.</summary>
    public int Epoch { get; init; }

    /// <summary>Whom it is for; null is everybody.</summary>
    public AudienceCondition? Audience { get; init; }

    /// <summary>What <see cref="Value"/> is called in the app's feature, where the experiment was one of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeatureVariant? Feature { get; init; }

    /// <summary>What <see cref="HoldbackValue"/> is called there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeatureVariant? HoldbackFeature { get; init; }
}
