using System.Text.Json;
using Experiments.Sdk.Assignment;

namespace Experiments.Sdk.Tests;

/// <summary>Snapshots as short as a test wants them.</summary>
internal static class Make
{
    public static Snapshot Snapshot(params SnapshotExperiment[] experiments) => new() { Version = 1, Experiments = experiments };

    /// <summary>An experiment whose variants v0, v1… give the values "v0", "v1"…; all users take part unless slots are given.</summary>
    public static SnapshotExperiment Experiment(
        string key, string parameter, string? layer = null, IReadOnlyList<int[]>? slots = null, double[]? weights = null, params string[] values)
    {
        weights ??= [1, 1];
        var table = BucketTable.Rebucket(BucketTable.Empty(), BucketTable.BucketsFromWeights(weights));
        return new SnapshotExperiment
        {
            Key = key,
            Kind = "ab",
            Parameter = parameter,
            LayerSalt = $"layer/1/{layer ?? parameter}",
            Slots = slots ?? [[0, BucketTable.Size]],
            Salt = $"experiment/1/{key}",
            Epoch = 0,
            Variants = [.. weights.Select((_, i) => new SnapshotVariant($"v{i}", Json(i < values.Length ? values[i] : $"\"v{i}\"")))],
            Table = BucketTable.RunLength(table),
        };
    }

    /// <summary>A bandit at one of its tables; v0 is the control.</summary>
    public static SnapshotExperiment Bandit(string key, string parameter, int epoch, params double[] weights) =>
        Experiment(key, parameter, weights: weights) with { Kind = "bandit", Control = "v0", Epoch = epoch };

    public static SnapshotPractice Practice(string key, string parameter, string value, int holdbackBuckets = 0, string? holdbackValue = null) => new()
    {
        Key = key,
        Parameter = parameter,
        Value = Json(value),
        HoldbackValue = holdbackValue is null ? null : Json(holdbackValue),
        Salt = $"practice/1/{key}",
        HoldbackBuckets = holdbackBuckets,
    };

    public static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
