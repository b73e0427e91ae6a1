using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Experiments.Api.Shared;

/// <summary>A view that carries its version: answered with an <c>ETag</c>.</summary>
internal interface IVersioned
{
    long Version { get; }
}

/// <summary>Strong ETags made of versions.</summary>
internal static class Versions
{
    public static string ETag(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Throws 412 when <c>If-Match</c> is given and does not name this version.</summary>
    public static void Check(string? ifMatch, long version)
    {
        if (string.IsNullOrWhiteSpace(ifMatch)) return;
        if (!EntityTagHeaderValue.TryParseList([ifMatch], out var tags))
            throw Problems.Invalid("invalid-if-match", $"If-Match must be a quoted version, such as {ETag(version)}.");
        var current = new EntityTagHeaderValue(ETag(version));
        if (!tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(current, useStrongComparison: true)))
            throw Problems.StaleVersion(version);
    }

    /// <summary>True when <c>If-None-Match</c> names this tag: the caller has it already.</summary>
    public static bool IsKnown(HttpRequest request, string etag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var tags)
        && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(new EntityTagHeaderValue(etag), useStrongComparison: false));

    /// <summary>Sets the <c>ETag</c> of answers that carry a version, and answers 304 to who has it.</summary>
    /// <param name="group">The routes.</param>
    /// <param name="versionTellsAll">False when an answer shows more than its document, so that the same version can read differently.</param>
    public static RouteGroupBuilder WithETags(this RouteGroupBuilder group, bool versionTellsAll = true) =>
        group.AddEndpointFilter(async (context, next) =>
        {
            var result = await next(context);
            var inner = result;
            while (inner is INestedHttpResult nested) inner = nested.Result;
            if ((inner as IValueHttpResult)?.Value is not IVersioned versioned) return result;

            var etag = ETag(versioned.Version);
            context.HttpContext.Response.Headers.ETag = etag;
            return versionTellsAll && HttpMethods.IsGet(context.HttpContext.Request.Method) && IsKnown(context.HttpContext.Request, etag)
                ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
                : result;
        });
}
