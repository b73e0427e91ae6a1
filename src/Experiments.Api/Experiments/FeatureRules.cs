using System.Globalization;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Experiments.Sdk.FeatureManagement;

namespace Experiments.Api.Experiments;

/// <summary>What an experiment with percentiles of Microsoft.FeatureManagement must be: alone on its parameter, and as fixed as they are.</summary>
internal static class FeatureRules
{
    public const int MostPercentiles = 1_000;
    public const int MostUsers = 10_000;
    private const int MostGroups = 1_000;
    private const int LongestText = 1_000;

    public const string IntervalMessage = "must have 'from' and 'to' from 0 to 100, and 'from' not above 'to'";

    /// <summary>The rules that the definition alone can break; <paramref name="fail"/> takes the field and what would be right.</summary>
    public static void Check(CreateExperiment.Request request, Action<string, string> fail)
    {
        var variants = (request.Variants ?? []).OfType<CreateExperiment.VariantRequest>().ToList();
        CheckNames(variants, fail);
        if (request.FeatureManagement is not { } feature) return;
        if (request.Kind == "bandit") fail("Kind", "must be 'ab' with 'featureManagement': its percentiles stay, and a bandit moves its weights");
        if (request.Layer is { } layer && layer != request.Parameter)
            fail("Layer", "must be left out with 'featureManagement': its percentiles are of all users, so it stands alone in the parameter's own layer");
        if (request.Coverage is not (null or 1))
            fail("Coverage", "must be 1 with 'featureManagement': leave percentiles without a variant in place of it");
        if (feature.Hash is not (null or FeatureManagementHash.Name)) fail("FeatureManagement.Hash", $"must be '{FeatureManagementHash.Name}'");
        if (feature.Seed is { Length: 0 or > LongestText }) fail("FeatureManagement.Seed", $"must be absent, or have 1 to {LongestText} characters");
        var keys = variants.Select(v => v.Key).ToHashSet(StringComparer.Ordinal);
        CheckPercentiles(feature, keys, fail);
        CheckUsers(feature, keys, fail);
        CheckGroups(feature, keys, fail);
        if (feature.DefaultWhenEnabled is { } rest && !keys.Contains(rest)) fail("FeatureManagement.DefaultWhenEnabled", "must be the key of a variant");
    }

    /// <summary>Weights are the percents that chance gives each variant: results expect them.</summary>
    /// <exception cref="ProblemException">422 <c>weights-follow-percentiles</c>.</exception>
    public static void CheckWeights(Experiment experiment)
    {
        if (experiment.FeatureManagement is not { } allocation) return;
        var shares = experiment.Variants.Select(v => allocation.ShareOf(v.Key)).ToList();
        var (weights, total) = (experiment.Variants.Sum(v => v.Weight), shares.Sum());
        if (shares.Count(share => share > 0) < 2)
        {
            throw Problems.Unprocessable("nothing-to-compare",
                "The percentiles give users fewer than two variants: nothing is compared.",
                ("featureManagement.percentile", "must give at least two variants to users"));
        }

        var wrong = experiment.Variants.Select((v, i) => (v.Weight, Share: shares[i], Index: i))
            .Where(v => Math.Abs((v.Weight / weights) - (v.Share / total)) > 1e-6)
            .Select(v => ($"variants[{v.Index}].weight", string.Create(CultureInfo.InvariantCulture, $"must be {v.Share:0.######}, the percents of this variant")))
            .ToArray();
        if (wrong.Length == 0) return;
        throw Problems.Unprocessable("weights-follow-percentiles",
            "With 'featureManagement' the percentiles decide, and each weight is the percents of its variant.", wrong);
    }

    /// <summary>The refusal of any change while it runs.</summary>
    public static ProblemException Frozen(Experiment experiment) => Problems.Conflict("weights-follow-percentiles",
        $"'{experiment.Key}' has the percentiles of a feature that was taken over, so that nobody changes his variant: neither weights nor coverage "
        + "change while it runs. Stop it and draft a new experiment without 'featureManagement' to move users.",
        ("variants", "cannot change: the percentiles of the feature decide"));

    private static void CheckNames(List<CreateExperiment.VariantRequest> variants, Action<string, string> fail)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < variants.Count; i++)
        {
            if (variants[i].Feature?.Name is { } name && !seen.Add(name)) fail($"Variants[{i}].Feature.Name", $"'{name}' is the name of another variant");
        }
    }

    private static void CheckPercentiles(CreateExperiment.FeatureManagementRequest feature, HashSet<string?> keys, Action<string, string> fail)
    {
        if (feature.Percentile is not { Count: > 0 and <= MostPercentiles } parts)
        {
            fail("FeatureManagement.Percentile", $"must have 1 to {MostPercentiles} intervals");
            return;
        }

        for (var i = 0; i < parts.Count; i++)
        {
            var path = $"FeatureManagement.Percentile[{i}]";
            if (parts[i] is not { } part || !IsInterval(part.From, part.To)) fail(path, IntervalMessage);
            else if (!keys.Contains(part.Variant)) fail($"{path}.Variant", "must be the key of a variant");
        }

        foreach (var (index, other) in Overlaps([.. parts.Select(part => (part?.From ?? 0, part?.To ?? 0))]))
            fail($"FeatureManagement.Percentile[{index}]", $"overlaps with percentile[{other}]");
    }

    /// <summary>Whether two numbers are percentiles [from, to).</summary>
    public static bool IsInterval(double? from, double? to) => from is >= 0 and <= 100 && to is >= 0 and <= 100 && from <= to;

    /// <summary>Intervals that begin inside another one.</summary>
    public static IEnumerable<(int Index, int Other)> Overlaps(IReadOnlyList<(double From, double To)> intervals)
    {
        var (end, other) = (0.0, -1);
        foreach (var (from, to, index) in intervals.Select((p, i) => (p.From, p.To, i)).Where(p => p.From < p.To).OrderBy(p => p.From).ThenBy(p => p.i))
        {
            if (from < end) yield return (index, other);
            if (to >= end) (end, other) = (to, index);
        }
    }

    private static void CheckUsers(CreateExperiment.FeatureManagementRequest feature, HashSet<string?> keys, Action<string, string> fail)
    {
        for (var i = 0; i < (feature.User?.Count ?? 0); i++)
        {
            var path = $"FeatureManagement.User[{i}]";
            if (feature.User![i] is not { } part || !keys.Contains(part.Variant)) fail($"{path}.Variant", "must be the key of a variant");
            else if (part.Users?.All(UserIds.IsValid) == false) fail($"{path}.Users", $"must be ids of users, each of which {UserIds.Message}");
            else if (part.Pseudonyms?.All(Sdk.Assignment.UserHasher.IsPseudonym) == false) fail($"{path}.Pseudonyms", "must be as the experiment answers them");
        }

        if (feature.User?.Sum(part => (part?.Users?.Count ?? 0) + (part?.Pseudonyms?.Count ?? 0)) > MostUsers)
            fail("FeatureManagement.User", $"must name at most {MostUsers} users");
    }

    private static void CheckGroups(CreateExperiment.FeatureManagementRequest feature, HashSet<string?> keys, Action<string, string> fail)
    {
        for (var i = 0; i < (feature.Group?.Count ?? 0); i++)
        {
            var path = $"FeatureManagement.Group[{i}]";
            if (feature.Group![i] is not { } part || !keys.Contains(part.Variant)) fail($"{path}.Variant", "must be the key of a variant");
            else if (part.Groups is null || !part.Groups.All(name => name is { Length: > 0 and <= LongestText })) fail($"{path}.Groups", "must be names of groups");
        }

        if (feature.Group?.Sum(part => part?.Groups?.Count ?? 0) > MostGroups) fail("FeatureManagement.Group", $"must name at most {MostGroups} groups");
    }
}
