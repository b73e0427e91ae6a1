using System.Text.Json;
using System.Text.RegularExpressions;
using Experiments.Api.Store;

namespace Experiments.Api.Shared;

/// <summary>The one place where an exception becomes an answer.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer; 499 only shows in the logs.
            if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            // A half-written answer is the server's to cut off: only one that has not begun can still become a problem.
            var problem = From(context, exception);
            context.Response.Clear();
            await Problems.WriteAsync(context, problem);
        }
    }

    private ProblemException From(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case ProblemException problem:
                return problem;
            case BadHttpRequestException { InnerException: JsonException json }:
                return JsonProblems.From(json);
            case StoreUnavailableException unavailable:
                logger.Unavailable(unavailable);
                return Problems.Unavailable("The store cannot be reached now. Nothing is half-written; try again.");
            case JsonException json:
                return JsonProblems.From(json);
            case BadHttpRequestException bad:
                return FromBadRequest(context, bad);
            default:
                logger.Unhandled(exception, context.Request.Method, context.GetEndpoint()?.DisplayName ?? "no endpoint");
                return new ProblemException(
                    StatusCodes.Status500InternalServerError, "internal-error", "The service failed. The trace id finds it in the logs.");
        }
    }

    private static ProblemException FromBadRequest(HttpContext context, BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge =>
            new ProblemException(bad.StatusCode, "body-too-large", "The body is larger than this route takes."),
        StatusCodes.Status415UnsupportedMediaType => new ProblemException(
            bad.StatusCode, "unsupported-media-type",
            $"The content type '{context.Request.ContentType}' is not taken here; send application/json."),
        StatusCodes.Status400BadRequest when bad.Message.Contains("no body was provided", StringComparison.Ordinal) =>
            Problems.Invalid("body-required", "The request has no body; send a JSON object."),
        StatusCodes.Status400BadRequest when Parameter().Match(bad.Message) is { Success: true } match => Problems.Invalid(
            "invalid-parameter", $"'{match.Groups["name"].Value}' cannot be read as {TypeName(match.Groups["type"].Value)}.",
            (match.Groups["name"].Value, $"must be {TypeName(match.Groups["type"].Value)}")),
        _ => new ProblemException(bad.StatusCode, "bad-request", bad.Message),
    };

    private static string TypeName(string type) => type switch
    {
        "int" or "long" => "a whole number",
        "double" => "a number",
        "bool" => "true or false",
        "DateTimeOffset" => "a time in ISO 8601",
        _ => "what this route takes",
    };

    // The framework names the parameter in its message only.
    [GeneratedRegex("^Failed to bind parameter \"(?:Nullable<)?(?<type>[A-Za-z]+)>? (?<name>[A-Za-z]+)\" from")]
    private static partial Regex Parameter();
}
