using System.ComponentModel.DataAnnotations;
using Experiments.Sdk.Assignment;
using Experiments.Sdk.FeatureManagement;

namespace Experiments.Api.Experiments;

internal static partial class CreateExperiment
{
    /// <summary>How a feature of Microsoft.FeatureManagement gives its variants; variants are named by their keys.</summary>
    internal sealed record FeatureManagementRequest
    {
        [AllowedValues(FeatureManagementHash.Name)]
        public string? Hash { get; init; }

        /// <summary>Default: a line <c>allocation</c>, and a line with the parameter, as of a feature without a seed.</summary>
        public string? Seed { get; init; }

        [Required]
        public IReadOnlyList<FeaturePercentileRequest?>? Percentile { get; init; }

        /// <summary>Users with a variant of their own, who are not counted.</summary>
        public IReadOnlyList<FeatureUsersRequest?>? User { get; init; }

        /// <summary>Groups with a variant of their own, who are not counted: a user's attribute <c>group:NAME</c> is true.</summary>
        public IReadOnlyList<FeatureGroupsRequest?>? Group { get; init; }

        /// <summary>Variant of the percentiles that nothing covers; default: those users take no part.</summary>
        public string? DefaultWhenEnabled { get; init; }

        public static FeatureManagementRequest? From(FeatureAllocation? allocation) => allocation is null ? null : new()
        {
            Hash = allocation.Hash,
            Seed = allocation.Seed,
            Percentile = [.. allocation.Percentile.Select(p => new FeaturePercentileRequest { Variant = p.Variant, From = p.From, To = p.To })],
            User = [.. allocation.User.Select(u => new FeatureUsersRequest { Variant = u.Variant, Pseudonyms = u.Pseudonyms })],
            Group = [.. allocation.Group.Select(g => new FeatureGroupsRequest { Variant = g.Variant, Groups = g.Groups })],
            DefaultWhenEnabled = allocation.DefaultWhenEnabled,
        };

        /// <summary>What is kept: named users as pseudonyms. The request is valid.</summary>
        public FeatureAllocation ToDocument(string experiment, string parameter) => new()
        {
            Seed = Seed ?? FeatureManagementHash.DefaultSeed(parameter),
            Percentile = [.. Percentile!.Select(p => new FeaturePercentile(p!.Variant!, p.From!.Value, p.To!.Value))],
            User = [.. (User ?? []).Select(u => new FeatureUsers(u!.Variant!,
            [
                .. (u.Users ?? []).Select(user => UserHasher.PseudonymOf(experiment, user)!).Concat((u.Pseudonyms ?? []).Select(p => p!))
                    .Distinct(StringComparer.Ordinal),
            ]))],
            Group = [.. (Group ?? []).Select(g => new FeatureGroups(g!.Variant!, [.. g.Groups!.Select(name => name!)]))],
            DefaultWhenEnabled = DefaultWhenEnabled,
        };
    }

    internal sealed record FeaturePercentileRequest
    {
        [Required]
        public string? Variant { get; init; }

        /// <summary>From 0 to 100; included.</summary>
        [Required]
        public double? From { get; init; }

        /// <summary>From 0 to 100; not included, unless it is 100.</summary>
        [Required]
        public double? To { get; init; }
    }

    internal sealed record FeatureUsersRequest
    {
        [Required]
        public string? Variant { get; init; }

        /// <summary>Ids of users. They are kept, and answered, as pseudonyms.</summary>
        public IReadOnlyList<string?>? Users { get; init; }

        /// <summary>Users named before, as the experiment answers them.</summary>
        public IReadOnlyList<string?>? Pseudonyms { get; init; }
    }

    internal sealed record FeatureGroupsRequest
    {
        [Required]
        public string? Variant { get; init; }
        [Required]
        public IReadOnlyList<string?>? Groups { get; init; }
    }

    /// <summary>What a variant is in the app's feature of the parameter's name.</summary>
    internal sealed record FeatureVariantRequest
    {
        [Required]
        public string? Name { get; init; }

        /// <summary>Whether the feature is on with it; default true.</summary>
        public bool? On { get; init; }

        public static FeatureVariantRequest? From(FeatureVariant? feature) => feature is null ? null : new() { Name = feature.Name, On = feature.On };

        public FeatureVariant ToDocument() => new(Name!, On ?? true);
    }
}
