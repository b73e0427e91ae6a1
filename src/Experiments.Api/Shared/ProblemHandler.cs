using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;

namespace Experiments.Api.Shared;

/// <summary>The one place where an exception becomes an answer.</summary>
internal sealed class ProblemHandler(ILogger<ProblemHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer; 499 only shows in the logs.
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        await Problems.WriteAsync(httpContext, From(httpContext, exception));
        return true;
    }

    private ProblemException From(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case ProblemException problem:
                return problem;
            case BadHttpRequestException { InnerException: JsonException json }:
                return JsonProblems.From(json);
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
        StatusCodes.Status400BadRequest when bad.Message.Contains("body", StringComparison.OrdinalIgnoreCase)
            && bad.Message.Contains("no body was provided", StringComparison.Ordinal) =>
            Problems.Invalid("body-required", "The request has no body; send a JSON object."),
        _ => new ProblemException(bad.StatusCode, "bad-request", bad.Message),
    };
}
