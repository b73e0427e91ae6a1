using Experiments.Api.Catalog;
using Experiments.Api.Results.Looks;
using Experiments.Api.Shared;

namespace Experiments.Api.Results;

/// <summary><c>GET /v1/experiments/{key}/history</c>: the primary KPI's figures at each look, for plots.</summary>
internal static class ReadHistory
{
    internal sealed record View(string Experiment, string? Kpi, double LogThreshold, IReadOnlyList<HistoryPoint> Points);

    public static void Map(RouteGroupBuilder results) => results
        .MapGet("/{key}/history", HandleAsync)
        .WithName("readHistory")
        .WithSummary("Evidence, lift and confidence sequence of the primary KPI at each look, oldest first; at most some hundreds.")
        .Produces<View>()
        .Answers(404, 503);

    internal static async Task<IResult> HandleAsync(
        string key, CatalogStore catalog, LookStore looks, CancellationToken cancellationToken)
    {
        var experiment = (await catalog.RefreshAsync(cancellationToken)).RequireExperiment(key);
        var (state, _) = await looks.ReadAsync(key, cancellationToken);
        var view = new View(key, experiment.PrimaryKpi, -Math.Log(experiment.Decision.Alpha), state.History);
        return TypedResults.Json(view, ApiJson.Options);
    }
}
