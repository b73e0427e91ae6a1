using System.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;

namespace Experiments.Api.Shared;

/// <summary>The refusals that several slices share, and how a problem is written.</summary>
internal static class Problems
{
    /// <summary>400: the request itself is at fault.</summary>
    public static ProblemException Invalid(string code, string detail, params (string Field, string Message)[] errors) =>
        new(StatusCodes.Status400BadRequest, code, detail) { Errors = ByField(errors) };

    /// <summary>404: nothing has this key.</summary>
    /// <param name="kind">Kebab-case kind; the code is <c>{kind}-not-found</c>.</param>
    /// <param name="key">The key asked for.</param>
    public static ProblemException NotFound(string kind, string key) =>
        new(StatusCodes.Status404NotFound, $"{kind}-not-found", $"There is no {kind.Replace('-', ' ')} with key '{key}'.");

    /// <summary>409: it exists already, or its state does not allow this now.</summary>
    public static ProblemException Conflict(string code, string detail, params (string Field, string Message)[] errors) =>
        new(StatusCodes.Status409Conflict, code, detail) { Errors = ByField(errors) };

    /// <summary>412: the caller has read an older version.</summary>
    public static ProblemException StaleVersion(long version) =>
        new(StatusCodes.Status412PreconditionFailed, "stale-version",
            $"The resource is at version {version}, which If-Match does not name. Read it again, then repeat the change.");

    /// <summary>422: well formed, but it names something that does not fit.</summary>
    public static ProblemException Unprocessable(string code, string detail, params (string Field, string Message)[] errors) =>
        new(StatusCodes.Status422UnprocessableEntity, code, detail) { Errors = ByField(errors) };

    /// <summary>503: nothing was lost or half-written; the caller may try again.</summary>
    public static ProblemException Unavailable(string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, "store-unavailable", detail) { RetryAfterSeconds = 1 };

    /// <summary>Writes a problem, with the trace id that finds it in the logs.</summary>
    public static Task WriteAsync(HttpContext context, ProblemException problem)
    {
        context.Response.StatusCode = problem.Status;
        if (problem.RetryAfterSeconds is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return context.Response.WriteAsJsonAsync(
            Body(context, problem), ApiJson.Options, Problem.ContentType, context.RequestAborted);
    }

    private static Problem Body(HttpContext context, ProblemException problem) => new()
    {
        Type = $"urn:experiments:problem:{problem.Code}",
        Title = ReasonPhrases.GetReasonPhrase(problem.Status),
        Status = problem.Status,
        Detail = problem.Message,
        Code = problem.Code,
        TraceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier,
        Errors = problem.Errors,
        Extensions = problem.Extensions is null ? null : new Dictionary<string, object?>(problem.Extensions),
    };

    private static Dictionary<string, string[]>? ByField((string Field, string Message)[] errors) => errors.Length == 0
        ? null
        : errors.GroupBy(e => e.Field, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Select(e => e.Message).ToArray(), StringComparer.Ordinal);
}
