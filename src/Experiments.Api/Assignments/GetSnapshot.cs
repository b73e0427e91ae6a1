using Experiments.Api.Shared;
using Experiments.Sdk.Assignment;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Assignments;

internal static class GetSnapshot
{
    public static void Map(RouteGroupBuilder routes) => routes
        .MapGet("/snapshot", HandleAsync)
        .WithName("getSnapshot")
        .WithSummary("What an SDK needs to assign by itself: running experiments and active best practices. Send If-None-Match.")
        .Produces<Snapshot>()
        .Produces(StatusCodes.Status304NotModified);

    internal static async Task<Results<FileContentHttpResult, StatusCodeHttpResult>> HandleAsync(
        ServedSnapshot snapshots, HttpContext context, CancellationToken cancellationToken)
    {
        var built = await snapshots.CurrentAsync(cancellationToken);
        context.Response.Headers.ETag = built.ETag;
        // Nothing on the way may answer for us: an SDK asks to know about the change of a moment ago.
        context.Response.Headers.CacheControl = "no-cache";
        if (Versions.IsKnown(context.Request, built.ETag)) return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        return TypedResults.Bytes(built.Bytes, "application/json; charset=utf-8");
    }
}
