using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Experiments;

internal static class ReadExperiments
{
    private static readonly string[] Statuses =
        [ExperimentStatus.Draft, ExperimentStatus.Running, ExperimentStatus.Paused, ExperimentStatus.Stopped];

    public static void Map(RouteGroupBuilder experiments)
    {
        experiments.MapGet("/", ListAsync)
            .WithName("listExperiments")
            .WithSummary("The experiments, oldest first; archived ones only with archived=true.")
            .Answers(StatusCodes.Status400BadRequest);
        experiments.MapGet("/{key}", GetAsync)
            .WithName("getExperiment")
            .WithSummary("One experiment, archived or not.")
            .Answers(StatusCodes.Status404NotFound);
    }

    internal static async Task<Ok<Page<ExperimentView>>> ListAsync(
        CatalogStore catalog, string? status, int? limit, string? cursor, bool? archived, CancellationToken cancellationToken)
    {
        if (status is not null && !Statuses.Contains(status))
        {
            var message = $"must be one of: {string.Join(", ", Statuses)}";
            throw Problems.Invalid("invalid-parameter", $"'status' {message}.", ("status", message));
        }

        var state = await catalog.RefreshAsync(cancellationToken);
        return TypedResults.Ok(Paging.Page(
            state.Experiments.Values.Where(e => (!e.Archived || archived == true) && (status is null || e.Status == status)),
            e => (e.CreatedAt, e.Key), ExperimentView.From, limit, cursor));
    }

    internal static async Task<Ok<ExperimentView>> GetAsync(string key, CatalogStore catalog, CancellationToken cancellationToken) =>
        TypedResults.Ok(ExperimentView.From((await catalog.RefreshAsync(cancellationToken)).RequireExperiment(key)));
}
