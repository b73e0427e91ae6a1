using Experiments.Api.Assignments;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Ofrep;

/// <summary>One flag for one user: the SDK's own answer. It records no exposure.</summary>
internal static class EvaluateFlag
{
    public static void Map(RouteGroupBuilder routes) => routes
        .MapPost("/{key}", HandleAsync)
        .WithName("evaluateFlag")
        .WithSummary("OFREP: the value of one parameter for a user. Without a value, the app's own default. Report the exposure with POST /v1/events.")
        .FailsWith(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound);

    internal static async Task<Ok<FlagView>> HandleAsync(
        string key, FlagRequest request, FlagSource source, Assigner assigner, HttpResponse response, CancellationToken cancellationToken)
    {
        var flags = await source.CurrentAsync(cancellationToken);
        var context = request.Read(flags.Attributes);
        response.Headers.CacheControl = OfrepAnswers.CacheControl;
        return TypedResults.Ok(await flags.EvaluateAsync(key, context, assigner, cancellationToken) ?? throw new ProblemException(
            StatusCodes.Status404NotFound, FlagError.NotFound,
            $"No running or paused experiment and no active best practice is on the parameter '{key}'."));
    }
}
