using Microsoft.AspNetCore.WebUtilities;

namespace Experiments.Api.Shared;

/// <summary>Words for the statuses that the framework answers by itself, without a body.</summary>
internal static class StatusProblems
{
    public static ProblemException Of(HttpContext context)
    {
        var status = context.Response.StatusCode;
        return status switch
        {
            StatusCodes.Status404NotFound => new(status, "route-not-found", "There is no such route; /swagger lists those that exist."),
            StatusCodes.Status405MethodNotAllowed => new(status, "method-not-allowed",
                $"This route does not take {context.Request.Method}; the header Allow names what it takes."),
            StatusCodes.Status415UnsupportedMediaType => new(status, "unsupported-media-type",
                $"The content type '{context.Request.ContentType}' is not taken here; /swagger says which is."),
            StatusCodes.Status413PayloadTooLarge => new(status, "body-too-large", "The body is larger than this route takes."),
            _ => new(status, "http-" + status, ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } phrase ? phrase + "." : "The request was refused."),
        };
    }
}
