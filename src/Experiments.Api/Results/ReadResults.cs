using Experiments.Api.Results.Looks;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Results;

/// <summary><c>GET /v1/experiments/{key}/results</c>.</summary>
internal static class ReadResults
{
    public static void Map(RouteGroupBuilder results) => results
        .MapGet("/{key}/results", HandleAsync)
        .WithName("readResults")
        .WithSummary("Health, figures of every KPI, and the verdict in plain words; an accepted event is in the next answer.")
        .Produces<ResultsView>()
        .Produces(StatusCodes.Status304NotModified)
        .Answers(400, 404, 503);

    internal static async Task<IResult> HandleAsync(
        string key, HttpRequest request, HttpResponse response, SharedResults results, IStore store, CancellationToken cancellationToken,
        string? breakdown = null, string? lang = null)
    {
        RequireLanguage(lang);
        var shared = await results.ReadAsync(key, maximumAge: TimeSpan.Zero, cancellationToken);
        RequireBreakdown(shared.Look, breakdown);
        var written = shared.In(Language.Of(request), breakdown);
        response.Headers.ETag = written.ETag;
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.Vary = "Accept-Language, Authorization";
        return request.Headers.IfNoneMatch.Contains(written.ETag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Json(written.View with { AsOf = shared.AsOf, Durability = store.Status.Durability }, ApiJson.Options);
    }

    private static void RequireLanguage(string? lang)
    {
        if (lang is not (null or "fr" or "en"))
        {
            throw Problems.Invalid("invalid-parameter", "'lang' must be fr or en.", ("lang", "must be fr or en"));
        }
    }

    private static void RequireBreakdown(ExperimentLook look, string? breakdown)
    {
        var known = look.Data.Experiment.Breakdowns;
        if (breakdown is null || known.Contains(breakdown)) return;
        var declared = known.Count == 0 ? "it declares none" : $"it declares {string.Join(", ", known)}";
        throw Problems.Invalid(
            "unknown-breakdown", $"The experiment has no breakdown '{breakdown}': {declared}.", ("breakdown", $"must be declared: {declared}"));
    }
}
