using System.Text.Json;
using Experiments.Api.Experiments;
using Experiments.Api.Shared;

namespace Experiments.Api.Features;

/// <summary>Reads the flags of a document; one that contradicts itself is refused whole, with the path of each fault.</summary>
internal sealed class FlagReader
{
    private const int MostFlags = 500;
    private const int MostVariants = 100;
    private const int LongestName = 200;
    private const int LongestSeed = 1_000;
    private const string Section = "feature_management";
    private const string List = "feature_flags";

    private readonly JsonParts _parts = new();

    /// <exception cref="ProblemException">400 <c>invalid-document</c>, <c>other-schema</c>, <c>no-flags</c> or <c>too-many-flags</c>.</exception>
    public static IReadOnlyList<Flag> Read(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object) throw Problems.Invalid("wrong-type", "The body is a JSON object with 'feature_management'.", ("$", "must be an object"));
        var reader = new FlagReader();
        var flags = reader.ReadAll(document).ToList();
        reader._parts.Check();
        return flags;
    }

    private IEnumerable<Flag> ReadAll(JsonElement document)
    {
        if (_parts.Object(document, "", Section) is not { } section)
        {
            _parts.Check();
            throw NoSection(document);
        }

        if (JsonParts.Member(section, List) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > MostFlags)
            throw Problems.Invalid("too-many-flags", $"A document has at most {MostFlags} flags: send them in parts.", ($"{Section}.{List}", $"must have at most {MostFlags} flags"));
        if (JsonParts.Member(section, List) is null)
            throw Problems.Invalid("no-flags", "'feature_management' has no 'feature_flags'.", ($"{Section}.{List}", "is required"));

        var ids = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (item, path) in _parts.Objects(section, Section, List))
        {
            if (_parts.Text(item, path, "id", LongestName, required: true) is not { } id) continue;
            if (!ids.TryAdd(id, path)) _parts.Fail($"{path}.id", $"'{id}' is already the id of {ids[id]} (case does not count)");
            yield return ReadFlag(item, path, id);
        }
    }

    private static ProblemException NoSection(JsonElement document) => JsonParts.Member(document, "FeatureManagement") is not null
        ? Problems.Invalid("other-schema",
            "The document has the older schema, 'FeatureManagement'. Write the flags as feature_management.feature_flags[], which has percentiles.",
            (Section, "is required; 'FeatureManagement' is not read"))
        : Problems.Invalid("no-flags", "The document has no 'feature_management'.", (Section, "is required"));

    private Flag ReadFlag(JsonElement flag, string path, string id)
    {
        var variants = ReadVariants(flag, path);
        var names = variants.Select(v => v.Name).ToHashSet(StringComparer.Ordinal);
        return new Flag(id, _parts.Truth(flag, path, "enabled"), ReadFilters(flag, path), variants, ReadAllocation(flag, path, names));
    }

    private List<FlagFilter> ReadFilters(JsonElement flag, string path)
    {
        if (_parts.Object(flag, path, "conditions") is not { } conditions) return [];
        return
        [
            .. _parts.Objects(conditions, $"{path}.conditions", "client_filters").Select(filter => new FlagFilter(
                _parts.Text(filter.Item, filter.Path, "name", LongestName, required: true) ?? "",
                _parts.Object(filter.Item, filter.Path, "parameters"))),
        ];
    }

    private List<FlagVariant> ReadVariants(JsonElement flag, string path)
    {
        var variants = new List<FlagVariant>();
        foreach (var (item, at) in _parts.Objects(flag, path, "variants"))
        {
            if (_parts.Text(item, at, "name", LongestName, required: true) is not { } name) continue;
            if (variants.Exists(v => v.Name == name)) _parts.Fail($"{at}.name", $"'{name}' is the name of another variant");
            var status = _parts.Text(item, at, "status_override", LongestName);
            if (status is not null && !IsStatus(status)) _parts.Fail($"{at}.status_override", "must be None, Enabled or Disabled");
            variants.Add(new FlagVariant { Name = name, ConfigurationValue = JsonParts.Member(item, "configuration_value"), StatusOverride = status });
        }

        if (variants.Count > MostVariants) _parts.Fail($"{path}.variants", $"must have at most {MostVariants} variants");
        return variants;
    }

    private FlagAllocation ReadAllocation(JsonElement flag, string path, HashSet<string> names)
    {
        if (_parts.Object(flag, path, "allocation") is not { } allocation) return new FlagAllocation();
        path = $"{path}.allocation";
        return new FlagAllocation
        {
            DefaultWhenEnabled = Known(allocation, path, "default_when_enabled", names, required: false),
            DefaultWhenDisabled = Known(allocation, path, "default_when_disabled", names, required: false),
            User = ReadUsers(allocation, path, names),
            Group = [.. _parts.Objects(allocation, path, "group").Select(g =>
                new FlagGroups(Known(g.Item, g.Path, "variant", names) ?? "", _parts.Texts(g.Item, g.Path, "groups")))],
            Percentile = ReadPercentiles(allocation, path, names),
            Seed = _parts.Text(allocation, path, "seed", LongestSeed),
        };
    }

    private List<FlagUsers> ReadUsers(JsonElement allocation, string path, HashSet<string> names)
    {
        var users = _parts.Objects(allocation, path, "user")
            .Select(u => new FlagUsers(Known(u.Item, u.Path, "variant", names) ?? "", _parts.Texts(u.Item, u.Path, "users"))).ToList();
        if (users.Sum(u => u.Users.Count) > FeatureRules.MostUsers) _parts.Fail($"{path}.user", $"must name at most {FeatureRules.MostUsers} users");
        return users;
    }

    private List<FlagPercentile> ReadPercentiles(JsonElement allocation, string path, HashSet<string> names)
    {
        var percentiles = new List<FlagPercentile>();
        foreach (var (item, at) in _parts.Objects(allocation, path, "percentile"))
        {
            var (variant, from, to) = (Known(item, at, "variant", names), _parts.Number(item, at, "from"), _parts.Number(item, at, "to"));
            if (from is not null && to is not null && !FeatureRules.IsInterval(from, to)) _parts.Fail(at, FeatureRules.IntervalMessage);
            percentiles.Add(new FlagPercentile(variant ?? "", from ?? 0, to ?? 0));
        }

        if (percentiles.Count > FeatureRules.MostPercentiles) _parts.Fail($"{path}.percentile", $"must have at most {FeatureRules.MostPercentiles} intervals");
        foreach (var (index, other) in FeatureRules.Overlaps([.. percentiles.Select(p => (p.From, p.To))]))
            _parts.Fail($"{path}.percentile[{index}]", $"overlaps with percentile[{other}]");
        return percentiles;
    }

    /// <summary>The name of one of the flag's variants.</summary>
    private string? Known(JsonElement parent, string path, string name, HashSet<string> names, bool required = true)
    {
        var variant = _parts.Text(parent, path, name, LongestName, required);
        if (variant is not null && !names.Contains(variant)) _parts.Fail($"{path}.{name}", $"'{variant}' is not the name of a variant of this flag");
        return variant;
    }

    private static bool IsStatus(string status) => new[] { "None", "Enabled", "Disabled" }.Contains(status, StringComparer.OrdinalIgnoreCase);
}
