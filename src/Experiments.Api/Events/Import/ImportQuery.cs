using Experiments.Api.Catalog;
using Experiments.Api.Events.Intake;
using Experiments.Api.Shared;

namespace Experiments.Api.Events.Import;

/// <summary>The query of an import: <c>?variant=column[&amp;user=][&amp;at=][&amp;kpi=kpi:column…][&amp;attribute=name:column…][&amp;complete=true]</c>.</summary>
internal sealed record ImportQuery(
    string Variant, string? User, string? At, IReadOnlyList<(string Kpi, string Column)> Kpis,
    IReadOnlyList<(string Name, string Column)> Attributes, bool Complete)
{
    private static readonly string[] Known = ["variant", "user", "at", "kpi", "attribute", "complete"];

    /// <exception cref="ProblemException">A parameter is missing, unknown or not of its form.</exception>
    public static ImportQuery Of(IQueryCollection query)
    {
        foreach (var name in query.Keys)
        {
            if (!Known.Contains(name)) throw Bad(name, $"There is no parameter '{name}'; there are {string.Join(", ", Known)}.");
        }

        var complete = query["complete"].ToString() switch
        {
            "" or "false" => false,
            "true" => true,
            _ => throw Bad("complete", "'complete' must be true or false."),
        };
        return new ImportQuery(
            Single(query, "variant") ?? throw Bad("variant", "'variant' is required: the column that holds the variant."),
            Single(query, "user"),
            Single(query, "at"),
            Pairs(query, "kpi"),
            Pairs(query, "attribute"),
            complete);
    }

    /// <summary>Finds the columns in the file's header.</summary>
    public ImportColumns In(string[] header, CatalogState state)
    {
        var kpis = Kpis.Select(pair =>
        {
            var kpi = FindKpi(pair.Kpi, state);
            return new KpiColumn(kpi, Column(header, pair.Column, "kpi"), state.Kpis.Values.Any(k => k.Covariate == kpi.Event));
        }).ToList();
        foreach (var same in kpis.GroupBy(k => k.Kpi.Event).Where(g => g.Select(k => k.Column).Distinct().Count() > 1))
        {
            throw Bad("kpi", $"KPIs {string.Join(", ", same.Select(k => k.Kpi.Key))} count the same event '{same.Key}': name one column for it.");
        }

        return new ImportColumns(
            Column(header, Variant, "variant"),
            User is null ? null : Column(header, User, "user"),
            At is null ? null : Column(header, At, "at"),
            // A proportion that shares its event with a sum must not reduce the cell to 0 or 1.
            [.. kpis.OrderBy(k => k.Kpi.Type == "proportion").DistinctBy(k => k.Kpi.Event)],
            [.. Attributes.Select(pair => (pair.Name, Column(header, pair.Column, "attribute")))]);
    }

    private static Kpi FindKpi(string key, CatalogState state) => state.Kpis.TryGetValue(key, out var kpi)
        ? kpi
        : throw Refusal.Of(422, "unknown-kpi", $"There is no KPI '{key}'; define it with POST /v1/kpis first.", "kpi");

    private static int Column(string[] header, string name, string parameter)
    {
        var index = Array.IndexOf(header, name);
        return index >= 0
            ? index
            : throw Refusal.Of(
                400, "missing-column", $"The file has no column '{name}'; it has {string.Join(", ", header.Take(50))}.", parameter);
    }

    private static string? Single(IQueryCollection query, string name)
    {
        var values = query[name];
        if (values.Count > 1) throw Bad(name, $"'{name}' stands more than once.");
        return values.Count == 0 || values[0] is not { Length: > 0 } value ? null : value;
    }

    private static List<(string, string)> Pairs(IQueryCollection query, string name)
    {
        var pairs = new List<(string, string)>();
        foreach (var text in query[name])
        {
            var colon = text!.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || colon == text.Length - 1) throw Bad(name, $"'{name}' must be <{(name == "kpi" ? "kpi" : "name")}>:<column>.");
            pairs.Add((text[..colon], text[(colon + 1)..]));
        }

        return pairs;
    }

    private static ProblemException Bad(string parameter, string detail) => Refusal.Of(400, "invalid-parameter", detail, parameter);
}
