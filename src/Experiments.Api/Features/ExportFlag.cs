using System.Globalization;
using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Experiments;
using Experiments.Api.Shared;
using Experiments.Sdk.Assignment;
using Experiments.Sdk.FeatureManagement;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Features;

/// <summary><c>GET /v1/experiments/{key}/feature-management.json</c>: an experiment as a flag, for an app that leaves us or wants it at hand.</summary>
internal static class ExportFlag
{
    private const string NativeHash = "v1";

    public static void Map(RouteGroupBuilder features) => features
        .MapGet("/{key}/feature-management.json", HandleAsync)
        .WithName("exportFlag")
        .WithSummary("The experiment as a flag of Microsoft.FeatureManagement. Users keep their variants only where the metadata say keepsVariants.")
        .Produces(StatusCodes.Status304NotModified)
        .Answers(StatusCodes.Status404NotFound);

    internal static async Task<Ok<FlagsDocument>> HandleAsync(string key, CatalogStore catalog, CancellationToken cancellationToken)
    {
        var experiment = (await catalog.RefreshAsync(cancellationToken)).RequireExperiment(key);
        return TypedResults.Ok(new FlagsDocument
        {
            FeatureManagement = new FlagsSection { FeatureFlags = [FlagOf(experiment)] },
            Version = experiment.Version,
        });
    }

    private static FlagDefinition FlagOf(Experiment experiment)
    {
        var percentiles = SnapshotBuilder.ServedPercentiles(experiment);
        return new FlagDefinition
        {
            Id = experiment.Parameter,
            Enabled = experiment.Status is ExperimentStatus.Draft or ExperimentStatus.Running,
            Variants = [.. experiment.Variants.Select(VariantOf)],
            Allocation = percentiles is null ? ByWeight(experiment) : TakenOver(experiment, percentiles),
            Telemetry = new FlagTelemetry(true, Metadata(experiment, percentiles)),
        };
    }

    private static FlagVariant VariantOf(Variant variant)
    {
        var isOn = variant.Feature?.On ?? variant.Value is not { ValueKind: JsonValueKind.False };
        return new FlagVariant { Name = NameOf(variant), ConfigurationValue = variant.Value, StatusOverride = isOn ? null : "Disabled" };
    }

    private static FlagAllocation TakenOver(Experiment experiment, FeatureAllocation allocation) => new()
    {
        DefaultWhenEnabled = allocation.DefaultWhenEnabled is { } rest ? NameOf(experiment.VariantOf(rest)) : null,
        Group = allocation.Group.Count == 0 ? null : [.. allocation.Group.Select(g => new FlagGroups(NameOf(experiment.VariantOf(g.Variant)), g.Groups))],
        Percentile = [.. allocation.Percentile.Select(p => new FlagPercentile(NameOf(experiment.VariantOf(p.Variant)), p.From, p.To))],
        Seed = allocation.Seed == FeatureManagementHash.DefaultSeed(experiment.Parameter) ? null : allocation.Seed,
    };

    /// <summary>The shares in force, one after the other; who takes no part is given none.</summary>
    private static FlagAllocation ByWeight(Experiment experiment)
    {
        var buckets = experiment.Epochs is [.., var epoch] ? epoch.Buckets : Tables.BucketsOf(experiment.Variants);
        var percentiles = new List<FlagPercentile>();
        var before = 0;
        for (var i = 0; i < buckets.Count; i++)
        {
            var after = before + buckets[i];
            if (after > before) percentiles.Add(new FlagPercentile(NameOf(experiment.Variants[i]), Percent(before), Percent(after)));
            before = after;
        }

        return new FlagAllocation
        {
            Percentile = percentiles,
            DefaultWhenEnabled = experiment.Coverage == 1 ? NameOf(experiment.VariantOf(experiment.Control)) : null,
        };

        double Percent(int bucket) => Math.Round(experiment.Coverage * bucket * 100 / BucketTable.Size, 9);
    }

    private static Dictionary<string, string> Metadata(Experiment experiment, FeatureAllocation? percentiles)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["experiment"] = experiment.Key,
            ["hash"] = percentiles?.Hash ?? NativeHash,
            // Another hash: the same shares of other users.
            ["keepsVariants"] = percentiles is null ? "false" : "true",
        };
        if (experiment.Audience is not null) metadata["audience"] = "not exported: the flag is for everybody";
        if (percentiles?.User.Sum(u => u.Pseudonyms.Count) is > 0 and var named)
            metadata["namedUsers"] = string.Create(CultureInfo.InvariantCulture, $"{named} not exported: only their pseudonyms are known");
        return metadata;
    }

    private static string NameOf(Variant variant) => variant.Feature?.Name ?? variant.Key;
}
