using System.Text.Json.Serialization;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Kpis;

/// <summary>A KPI as it is answered.</summary>
internal sealed record KpiView(
    string Key,
    string? Name,
    string Type,
    string Event,
    string? Denominator,
    string Direction,
    string Window,
    double? Cap,
    string? Covariate,
    string? Pillar,
    string? Unit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? ValuePerConversion,
    long Version,
    bool Archived,
    DateTimeOffset CreatedAt) : IVersioned
{
    public static KpiView From(Kpi kpi) => new(
        kpi.Key, kpi.Name, kpi.Type, kpi.Event, kpi.Denominator, kpi.Direction, kpi.Window, kpi.Cap, kpi.Covariate, kpi.Pillar,
        kpi.Unit, kpi.ValuePerConversion, kpi.Version, kpi.Archived, kpi.CreatedAt);
}
