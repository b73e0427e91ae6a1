using System.Security.Cryptography;
using System.Text.Json;
using Experiments.Api.Results.Looks;
using Experiments.Api.Shared;

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
        string key, HttpRequest request, HttpResponse response, ResultsService results, CancellationToken cancellationToken,
        string? breakdown = null, string? lang = null)
    {
        RequireLanguage(lang);
        var look = await results.LookAsync(key, cancellationToken);
        RequireBreakdown(look, breakdown);
        var view = new ResultsBuilder(look, Language.Of(request)).Build(breakdown);

        // What changes the figures changes the tag; the mere passing of time does not.
        var tag = ETagOf(view);
        response.Headers.ETag = tag;
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.Vary = "Accept-Language, Authorization";
        return request.Headers.IfNoneMatch.Contains(tag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Json(view, ApiJson.Options);
    }

    public static string ETagOf(ResultsView view)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(view with { AsOf = default }, ApiJson.Options);
        return $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"";
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
