using System.Text.Json.Serialization;
using Experiments.Sdk.FeatureManagement;

namespace Experiments.Sdk.Assignment;

/// <summary>How Microsoft.FeatureManagement gives the variants of a feature to users: the hash <c>msfm-v1</c> in place of the native one.</summary>
/// <remarks>The terms are those of its JSON. Order: named users, groups, percentiles, <see cref="DefaultWhenEnabled"/>.</remarks>
internal sealed record FeatureAllocation
{
    /// <summary><c>msfm-v1</c>; a snapshot with another one is of a later version, and serves nobody.</summary>
    public string Hash { get; init; } = FeatureManagementHash.Name;

    /// <summary>What is hashed behind the user's id and a line feed.</summary>
    public required string Seed { get; init; }

    /// <summary>Percentiles [from, to) of each variant; the first that has the user decides.</summary>
    public required IReadOnlyList<FeaturePercentile> Percentile { get; init; }

    /// <summary>Users with a variant of their own. They are not given it by chance: no analysis counts them.</summary>
    public IReadOnlyList<FeatureUsers> User { get; init; } = [];

    /// <summary>Groups with a variant of their own: users whose attribute <c>group:NAME</c> is true. No analysis counts them.</summary>
    public IReadOnlyList<FeatureGroups> Group { get; init; } = [];

    /// <summary>Variant of the percentiles that nothing covers; null: nobody decides for those.</summary>
    public string? DefaultWhenEnabled { get; init; }

    /// <summary>Percents of the users that chance gives a variant to, what is left over to <see cref="DefaultWhenEnabled"/> included.</summary>
    public double ShareOf(string variant)
    {
        var share = Percentile.Where(p => p.Variant == variant).Sum(p => p.To - p.From);
        return variant == DefaultWhenEnabled ? share + Uncovered : share;
    }

    /// <summary>Percents that no interval covers.</summary>
    [JsonIgnore]
    public double Uncovered
    {
        get
        {
            // Thirds do not add up to the last bit.
            var left = 100 - Percentile.Sum(p => p.To - p.From);
            return left > 1e-9 ? left : 0;
        }
    }

    /// <summary>The attribute that says that a user is of a group.</summary>
    public static string AttributeOf(string group) => $"group:{group}";
}

/// <summary>What a variant is in the app's feature of the parameter's name.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="On">Whether the feature is on with it: its status is not overridden to off.</param>
internal sealed record FeatureVariant(string Name, bool On);

/// <param name="Variant">Key of the variant.</param>
/// <param name="From">First percentile, included.</param>
/// <param name="To">Last percentile, not included unless it is 100.</param>
internal sealed record FeaturePercentile(string Variant, double From, double To);

/// <param name="Variant">Key of the variant.</param>
/// <param name="Pseudonyms">The users, as <see cref="UserHasher.Pseudonym"/> has them: a snapshot and the catalogue name nobody.</param>
internal sealed record FeatureUsers(string Variant, IReadOnlyList<string> Pseudonyms);

/// <param name="Variant">Key of the variant.</param>
/// <param name="Groups">Names of groups.</param>
internal sealed record FeatureGroups(string Variant, IReadOnlyList<string> Groups);
