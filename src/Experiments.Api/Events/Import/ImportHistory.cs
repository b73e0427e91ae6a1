using Experiments.Api.Catalog;
using Experiments.Api.Events.Intake;
using Experiments.Api.Shared;
using Experiments.Api.Shared.OpenApi;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.OpenApi;

namespace Experiments.Api.Events.Import;

/// <summary><c>POST /v1/experiments/{key}/import</c>: a test's history from CSV.</summary>
internal static class ImportHistory
{
    public static void Map(RouteGroupBuilder experiments) => experiments
        .MapPost("/experiments/{key}/import", HandleAsync)
        .WithName("importHistory")
        .WithSummary("Imports users and outcomes from CSV, one row a user; streamed, any size. The same file again changes nothing.")
        .WithMetadata(
            new DescribedParameter("variant", "Column with each user's variant, by key or name.") { IsRequired = true },
            new DescribedParameter("user", "Column with the user's id; without one, the row's number."),
            new DescribedParameter("at", "Column with the time of the first exposure."),
            new DescribedParameter("kpi", "`kpi:column`, once for each KPI.") { IsRepeated = true },
            new DescribedParameter("attribute", "`name:column`, once for each breakdown.") { IsRepeated = true },
            new DescribedParameter("complete", "Outcomes are final: every row is mature.") { Type = JsonSchemaType.Boolean })
        .Accepts<string>("text/csv")
        .Produces<ImportReport>()
        .Answers(400, 404, 409, 415, 422, 503);

    internal static async Task<IResult> HandleAsync(
        string key, HttpContext context, CatalogStore catalog, CsvImport import, CancellationToken cancellationToken)
    {
        var type = context.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        if (type != "text/csv") throw Refusal.Of(415, "unsupported-media-type", "Send Content-Type text/csv.");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;

        await catalog.RefreshAsync(cancellationToken);
        var state = catalog.State;
        var experiment = state.RequireExperiment(key);
        if (experiment.StartedAt is null)
        {
            throw Problems.Conflict(
                "experiment-not-started", $"'{key}' is a draft: start it first, with {{\"at\"}} in the past for a test that is over.");
        }

        var query = ImportQuery.Of(context.Request.Query);
        try
        {
            var body = RequestBody.Unpacked(context.Request);
            var report = await import.RunAsync(
                experiment, query, state, body,
                () => query.Complete ? MarkCompleteAsync(catalog, context, key, cancellationToken) : Task.CompletedTask,
                cancellationToken);
            return TypedResults.Json(report, ApiJson.Options);
        }
        catch (InvalidDataException)
        {
            throw Refusal.Of(400, "malformed-gzip", "The body is not gzip, as its Content-Encoding says, or it ends early.");
        }
    }

    // Outcomes that are final need no whole weeks: the decider must know before the first of them is there.
    private static Task<CatalogState> MarkCompleteAsync(
        CatalogStore catalog, HttpContext context, string key, CancellationToken cancellationToken) => catalog.CommitAsync(
        context.User.ActorName(),
        current =>
        {
            var experiment = current.Experiments[key];
            return experiment.ImportedComplete
                ? CatalogChange.None
                : new CatalogChange(
                    "experiment.import", "Outcomes are imported as final.",
                    experiment with { ImportedComplete = true, Version = experiment.Version + 1 });
        },
        cancellationToken);
}
