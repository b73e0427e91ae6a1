using Experiments.Api.Shared;

namespace Experiments.Api.Catalog;

/// <summary>A definition names KPIs that exist.</summary>
internal static class KnownKpi
{
    /// <exception cref="ProblemException">422 <c>unknown-kpi</c>, with the field that names it.</exception>
    public static void Check(CatalogState state, string key, string field)
    {
        if (state.Kpis.TryGetValue(key, out var kpi) && !kpi.Archived) return;
        var what = kpi is null ? "does not exist" : "is archived";
        throw Problems.Unprocessable("unknown-kpi", $"The KPI '{key}' {what}; create it first with POST /v1/kpis, or name another.",
            (field, $"names the KPI '{key}', which {what}"));
    }
}
