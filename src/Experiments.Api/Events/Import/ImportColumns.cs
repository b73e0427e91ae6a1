using Experiments.Api.Catalog;

namespace Experiments.Api.Events.Import;

/// <summary>Which columns of the file mean what; made from the query and the file's header.</summary>
internal sealed record ImportColumns(
    int Variant, int? User, int? At, IReadOnlyList<KpiColumn> Kpis, IReadOnlyList<(string Name, int Column)> Attributes);

/// <summary>A column whose cells are a KPI's outcome of the row's user.</summary>
/// <param name="IsCovariate">Some KPI counts its events before the exposure: they are dated just before it.</param>
internal sealed record KpiColumn(Kpi Kpi, int Column, bool IsCovariate);

/// <summary>Outcome of an import, as the caller gets it.</summary>
internal sealed record ImportReport(
    long Rows, long Exposures, long KpiEvents, long Duplicates, long RejectedRows, IReadOnlyList<RejectedRow> Rejected);

internal sealed record RejectedRow(long Line, string Code, string Detail);
