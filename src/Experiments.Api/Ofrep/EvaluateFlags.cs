using Experiments.Api.Access;
using Experiments.Api.Assignments;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Ofrep;

/// <summary>All flags for one user: the SDK's own answers. It records no exposure: who receives all has met none yet.</summary>
internal static class EvaluateFlags
{
    /// <summary>Flags in the order of their keys, and where to hear of changes.</summary>
    internal sealed record Answer(IReadOnlyList<FlagView> Flags, AnswerMetadata Metadata, IReadOnlyList<EventStreamView> EventStreams);

    /// <summary>What holds for all flags.</summary>
    /// <param name="Version">Version of the snapshot.</param>
    internal sealed record AnswerMetadata(long Version);

    public static void Map(RouteGroupBuilder routes) => routes
        .MapPost("/", HandleAsync)
        .WithName("evaluateFlags")
        .WithSummary("OFREP: the values of all parameters for a user. Send If-None-Match. Report exposures with POST /v1/events.")
        .Produces(StatusCodes.Status304NotModified)
        .FailsWith(StatusCodes.Status400BadRequest);

    internal static async Task<Results<Ok<Answer>, StatusCodeHttpResult>> HandleAsync(
        FlagRequest request, FlagSource source, Assigner assigner, StreamTickets tickets, HttpContext http, CancellationToken cancellationToken)
    {
        var flags = await source.CurrentAsync(cancellationToken);
        var context = request.Read(flags.Attributes);
        var views = await flags.EvaluateAllAsync(context, assigner, cancellationToken);
        var etag = flags.ETag(context, views, tickets.Period);
        http.Response.Headers.ETag = etag;
        http.Response.Headers.CacheControl = OfrepAnswers.CacheControl;
        return Versions.IsKnown(http.Request, etag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(new Answer(views, new AnswerMetadata(flags.Version), [EventStreamView.For(http, flags, tickets)]));
    }
}
