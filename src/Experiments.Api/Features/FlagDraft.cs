using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Experiments;
using Experiments.Api.Results;
using Experiments.Api.Shared;
using Experiments.Sdk.FeatureManagement;

namespace Experiments.Api.Features;

/// <summary>The experiment that takes a flag over, or why there is none.</summary>
/// <param name="Request">The draft, not yet checked by the rules of drafts; null when the flag is refused.</param>
/// <param name="Notes">What is different; of a refused flag, why it is.</param>
internal sealed record FlagDraft(CreateExperiment.Request? Request, IReadOnlyList<FlagNote> Notes)
{
    public static FlagDraft Of(Flag flag, Kpi kpi, Language language)
    {
        if (!flag.Enabled) return Refused(FlagNote.Off(language));
        if (!Names.IsValid(flag.Id)) return Refused(FlagNote.Name(language));
        if (flag.Filters.Any(filter => filter.Is("Percentage"))) return Refused(FlagNote.PercentageFilter(language));
        var filters = flag.Filters.Where(filter => !filter.Is("AlwaysOn")).ToList();
        // Filters are alternatives: one that is always on settles it.
        if (filters.Count < flag.Filters.Count) filters = [];
        if (filters is [var only] && only.Is("Targeting") && flag.Variants.Count == 0)
        {
            return TargetingFlag.ToVariants(flag, only) is { } asVariants
                ? OfVariants(asVariants, kpi, language)
                : Refused(FlagNote.TargetingRules(language));
        }

        if (filters.Count > 0) return Refused(FlagNote.Filters(language, string.Join(", ", filters.Select(f => $"'{f.Name}'"))));
        return flag.Variants.Count == 0 ? Refused(FlagNote.NoVariants(language)) : OfVariants(flag, kpi, language);
    }

    private static FlagDraft OfVariants(Flag flag, Kpi kpi, Language language)
    {
        var keys = flag.Variants.ToDictionary(v => v.Name, v => FeatureMeasurementOptions.KeyOf(v.Name), StringComparer.Ordinal);
        if (keys.Values.Distinct().Count() < keys.Count || !keys.Values.All(Keys.IsValid)) return Refused(FlagNote.VariantNames(language));
        var feature = Allocation(flag.Allocation, keys);
        var shares = feature.ToDocument("x", flag.Id);
        var chosen = flag.Variants.Where(v => shares.ShareOf(keys[v.Name]) > 0).Select(v => v.Name).ToList();
        if (chosen.Count < 2) return Refused(FlagNote.NothingToCompare(language));

        var key = FeatureMeasurementOptions.KeyOf(flag.Id);
        var namesAreValues = flag.Variants.All(v => v.ConfigurationValue is null);
        var request = new CreateExperiment.Request
        {
            Key = key,
            Hypothesis = key,
            Parameter = flag.Id,
            Control = keys[ControlOf(flag.Allocation, chosen)],
            Variants =
            [
                .. flag.Variants.Select(v => new CreateExperiment.VariantRequest
                {
                    Key = keys[v.Name],
                    Name = v.Name,
                    Weight = Math.Round(shares.ShareOf(keys[v.Name]), 9),
                    Value = namesAreValues ? JsonSerializer.SerializeToElement(v.Name) : v.ConfigurationValue,
                    Feature = new CreateExperiment.FeatureVariantRequest
                    {
                        Name = v.Name, On = !"Disabled".Equals(v.StatusOverride, StringComparison.OrdinalIgnoreCase),
                    },
                }),
            ],
            PrimaryKpi = kpi.Key,
            FeatureManagement = feature,
        };
        return new FlagDraft(request, [.. NotesOf(flag.Allocation, shares.Uncovered > 0 && flag.Allocation.DefaultWhenEnabled is null, namesAreValues, language)]);
    }

    private static CreateExperiment.FeatureManagementRequest Allocation(FlagAllocation allocation, Dictionary<string, string> keys) => new()
    {
        Seed = allocation.Seed,
        Percentile = [.. (allocation.Percentile ?? []).Select(p => new CreateExperiment.FeaturePercentileRequest { Variant = keys[p.Variant], From = p.From, To = p.To })],
        User = [.. (allocation.User ?? []).Select(u => new CreateExperiment.FeatureUsersRequest { Variant = keys[u.Variant], Users = u.Users })],
        Group = [.. (allocation.Group ?? []).Select(g => new CreateExperiment.FeatureGroupsRequest { Variant = keys[g.Variant], Groups = g.Groups })],
        DefaultWhenEnabled = allocation.DefaultWhenEnabled is { } name ? keys[name] : null,
    };

    /// <summary>What the flag falls back to is the app's own; a person may choose another control for the draft.</summary>
    private static string ControlOf(FlagAllocation allocation, List<string> chosen) =>
        new[] { allocation.DefaultWhenEnabled, allocation.DefaultWhenDisabled }.FirstOrDefault(name => name is not null && chosen.Contains(name)) ?? chosen[0];

    private static IEnumerable<FlagNote> NotesOf(FlagAllocation allocation, bool uncovered, bool namesAreValues, Language language)
    {
        if (allocation.User?.Sum(u => u.Users.Count) is > 0 and var users) yield return FlagNote.NamedUsers(language, users);
        if (allocation.Group?.Any(g => g.Groups.Count > 0) == true) yield return FlagNote.Groups(language);
        if (uncovered) yield return FlagNote.Uncovered(language);
        if (namesAreValues) yield return FlagNote.ValuesFromNames(language);
    }

    private static FlagDraft Refused(FlagNote why) => new(null, [why]);
}
