using System.Text.Json;

namespace Experiments.Api.Features;

/// <summary>A flag without variants whose filter <c>Microsoft.Targeting</c> turns it on for a share of the users: two variants, <c>on</c> and <c>off</c>.</summary>
/// <remarks>The filter hashes the user and the flag's id; what it says of a part of a group is hashed otherwise, and cannot be said here.</remarks>
internal static class TargetingFlag
{
    private const string On = "on";
    private const string Off = "off";

    /// <returns>The same flag with variants; null when they would not say the same.</returns>
    /// <exception cref="Shared.ProblemException">400 <c>invalid-document</c>: the filter's parameters are not what it reads.</exception>
    public static Flag? ToVariants(Flag flag, FlagFilter filter)
    {
        var parts = new JsonParts();
        var path = $"{flag.Id}: {filter.Name}.Audience";
        if (filter.Parameters is not { } parameters || parts.Object(parameters, path, "Audience") is not { } audience) return null;
        var share = JsonParts.Member(audience, "DefaultRolloutPercentage") is null ? 0 : parts.Number(audience, path, "DefaultRolloutPercentage") ?? 0;
        var groups = parts.Objects(audience, path, "Groups").Select(group => (
            Name: parts.Text(group.Item, group.Path, "Name", 1_000, required: true) ?? "",
            Share: parts.Number(group.Item, group.Path, "RolloutPercentage") ?? 0)).ToList();
        var users = parts.Texts(audience, path, "Users");
        var exclusion = parts.Object(audience, path, "Exclusion");
        var excludedUsers = exclusion is { } e ? parts.Texts(e, $"{path}.Exclusion", "Users") : [];
        var excludedGroups = exclusion is { } g ? parts.Texts(g, $"{path}.Exclusion", "Groups") : [];
        if (share is < 0 or > 100) parts.Fail($"{path}.DefaultRolloutPercentage", "must be from 0 to 100");
        parts.Check();

        // An excluded group wins over a named user there; here users come first.
        if (groups.Any(group => group.Share is > 0 and < 100) || (excludedGroups.Count > 0 && users.Count > 0)) return null;
        return flag with
        {
            Filters = [],
            Variants =
            [
                new FlagVariant { Name = Off, ConfigurationValue = JsonSerializer.SerializeToElement(false), StatusOverride = "Disabled" },
                new FlagVariant { Name = On, ConfigurationValue = JsonSerializer.SerializeToElement(true) },
            ],
            Allocation = new FlagAllocation
            {
                Seed = flag.Id,
                User = [new FlagUsers(Off, excludedUsers), new FlagUsers(On, users)],
                Group = [new FlagGroups(Off, excludedGroups), new FlagGroups(On, [.. groups.Where(group => group.Share == 100).Select(group => group.Name)])],
                Percentile = [new FlagPercentile(On, 0, share)],
                DefaultWhenEnabled = Off,
            },
        };
    }
}
