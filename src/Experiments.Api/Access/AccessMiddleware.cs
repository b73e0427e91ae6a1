using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Access;

/// <summary>Asks for a key as soon as one exists; before that, only this machine reaches the service.</summary>
internal sealed class AccessMiddleware(
    RequestDelegate next, CatalogStore catalog, Credentials credentials, Sessions sessions, StreamTickets tickets, Streams streams, RateLimits limits, KeyUses uses,
    IOptions<AccessOptions> options)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (catalog.State.AccessKeys.IsEmpty)
        {
            RefuseStrangers(context.Request);
            context.User = Caller.Local;
            return next(context);
        }

        if (!NeedsKey(context)) return next(context);
        if (Identify(context) is { } caller)
        {
            Authorize(context, caller.Key);
            context.Features.Set(caller);
            return Streams.IsStream(context.GetEndpoint()) ? streams.RunAsync(context, caller, next) : next(context);
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<PageAccess>() is null || !OwnOrigin.IsSafe(context.Request.Method))
            throw Unauthorized(context, AccessProblems.KeyRequired());
        return AskPersonAsync(context);
    }

    // Closed unless declared open: pages without data, and health.
    private static bool NeedsKey(HttpContext context) => context.GetEndpoint() is { } endpoint
        ? endpoint.Metadata.GetMetadata<PublicAccess>() is null
        : context.Request.Path.StartsWithSegments("/v1") || context.Request.Path.StartsWithSegments("/ofrep");

    /// <summary>The key in the headers, of the stream's ticket or of the session; null for none.</summary>
    private Admission? Identify(HttpContext context)
    {
        if (Credentials.Presented(context.Request.Headers) is { } presented)
        {
            var found = credentials.Find(context, presented);
            return found.Admission ?? throw Unauthorized(context, found.Problem!);
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<TicketAccess>() is not null
            && context.Request.Query[StreamTickets.Parameter] is [{ Length: > 0 } ticket])
            return tickets.Find(ticket) ?? throw Unauthorized(context, AccessProblems.TicketEnded());
        if (sessions.Find(context) is not { } session) return null;
        // The browser adds the cookie to whatever any page asks for: a change must show that it comes from a page of ours.
        if (!OwnOrigin.IsSafe(context.Request.Method) && !OwnOrigin.IsShown(context.Request)) throw AccessProblems.ForeignOrigin();
        return session;
    }

    private void Authorize(HttpContext context, AccessKey key)
    {
        if (RoleNames.Parse(key.Role) is not { } role) throw AccessProblems.RoleInsufficient(key.Role);
        // What is no route of ours is the framework's 404, 405 or 415: a holder of a key is told that, not that he lacks a role.
        if (context.GetEndpoint() is RouteEndpoint { Metadata: var metadata })
        {
            var requirement = metadata.GetMetadata<AccessRequirement>() ?? AccessRequirement.Undeclared;
            if (!requirement.Allows(role, context.Request.Method)) throw AccessProblems.RoleInsufficient(key.Role);
            if (key.Browser && metadata.GetMetadata<BrowserAccess>() is null) throw AccessProblems.NotForBrowsers();
        }

        if (limits.Count(key.Key, role) is { } seconds) throw RateLimits.TooMany(seconds);
        uses.Note(key.Key);
        context.User = Caller.Of(key, role);
    }

    private static Task AskPersonAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.CacheControl = "no-store";
        if (!OwnOrigin.IsForeignLink(context.Request))
        {
            response.Redirect(SignIn.For(context.Request));
            return Task.CompletedTask;
        }

        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync(SignInPage.Again(context.Request.PathBase + context.Request.Path + context.Request.QueryString), context.RequestAborted);
    }

    private static ProblemException Unauthorized(HttpContext context, ProblemException problem)
    {
        // The answer is cleared before the problem is written; this header must survive that.
        context.Response.OnStarting(static response =>
        {
            ((HttpResponse)response).Headers.WWWAuthenticate = "Bearer";
            return Task.CompletedTask;
        }, context.Response);
        return problem;
    }

    /// <summary>Without keys a page in the browser must not reach us under a name that it made point to 127.0.0.1 (DNS rebinding) nor send
    /// us changes from afar, and a proxy must not pass on the outside world.</summary>
    private void RefuseStrangers(HttpRequest request)
    {
        if (request.Host.HasValue && !Sessions.IsLoopback(request.Host)) throw AccessProblems.ForeignHost();
        if (!OwnOrigin.IsSafe(request.Method) && OwnOrigin.IsForeign(request, options.Value.Origins)) throw AccessProblems.ForeignOrigin();
    }
}
