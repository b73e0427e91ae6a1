using System.Text.Json;
using Experiments.Api.Shared;

namespace Experiments.Api.Ofrep;

/// <summary>Makes protocol errors of the problems that leave on these routes, whoever raised them: access, routing, binding, the store.</summary>
/// <remarks>The JavaScript clients read an error only if it has <c>key</c> and <c>errorCode</c>; a problem is "unexpected" to them.</remarks>
internal sealed class FlagErrorMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(OfrepSlice.Root))
        {
            await next(context);
            return;
        }

        var response = context.Response;
        var client = response.Body;
        using var written = new MemoryStream();
        context.Items[typeof(FlagErrorMiddleware)] = client;
        response.Body = written;
        try
        {
            await next(context);
        }
        finally
        {
            response.Body = client;
        }

        if (IsProblem(response)) await WriteErrorAsync(context, written);
        else if (written.Length > 0) await response.Body.WriteAsync(written.GetBuffer().AsMemory(0, (int)written.Length), context.RequestAborted);
    }

    /// <summary>From here on the answer is no error, and leaves as it is written.</summary>
    public static void PassThrough(HttpContext context)
    {
        if (context.Items[typeof(FlagErrorMiddleware)] is Stream client) context.Response.Body = client;
    }

    private static bool IsProblem(HttpResponse response) =>
        response.ContentType?.StartsWith(Problem.ContentType, StringComparison.OrdinalIgnoreCase) == true;

    private static Task WriteErrorAsync(HttpContext context, MemoryStream written)
    {
        var problem = JsonSerializer.Deserialize<Problem>(written.GetBuffer().AsSpan(0, (int)written.Length), ApiJson.Stored)!;
        context.Response.ContentLength = null;
        return context.Response.WriteAsJsonAsync(
            FlagError.From(problem, context.Request.Path), ApiJson.Options, "application/json; charset=utf-8", context.RequestAborted);
    }
}
