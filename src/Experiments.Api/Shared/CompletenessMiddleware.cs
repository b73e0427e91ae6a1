using Experiments.Api.Store;

namespace Experiments.Api.Shared;

/// <summary>While the store lacks a part of what was committed, nothing is counted and no partial results are served.</summary>
internal sealed class CompletenessMiddleware(RequestDelegate next, StoreCompleteness completeness)
{
    private const int RetryAfterSeconds = 30;

    public Task InvokeAsync(HttpContext context) =>
        completeness.Problem is { } problem && IsRefused(context.Request.Path)
            ? throw new ProblemException(StatusCodes.Status503ServiceUnavailable, "store-incomplete", problem) { RetryAfterSeconds = RetryAfterSeconds }
            : next(context);

    /// <summary>Assignment goes on: it rests on the catalogue alone, and apps must not notice.</summary>
    private static bool IsRefused(PathString path) =>
        path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase)
        && !path.StartsWithSegments("/v1/snapshot", StringComparison.OrdinalIgnoreCase)
        && !path.StartsWithSegments("/v1/assignments", StringComparison.OrdinalIgnoreCase)
        && !path.StartsWithSegments("/v1/audit", StringComparison.OrdinalIgnoreCase);
}
