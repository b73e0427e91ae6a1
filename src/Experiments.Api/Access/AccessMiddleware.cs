using System.Net;
using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Access;

/// <summary>Asks for a key as soon as one exists; before that, only this machine reaches the service.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, CatalogStore catalog)
{
    public Task InvokeAsync(HttpContext context)
    {
        var state = catalog.State;
        if (state.AccessKeys.IsEmpty)
        {
            RefuseForeignHost(context.Request.Host);
            return next(context);
        }

        if (NeedsKey(context)) context.User = Authorize(context, state);
        return next(context);
    }

    // Closed unless declared open: pages without data, and health.
    private static bool NeedsKey(HttpContext context) => context.GetEndpoint() is { } endpoint
        ? endpoint.Metadata.GetMetadata<PublicAccess>() is null
        : context.Request.Path.StartsWithSegments("/v1") || context.Request.Path.StartsWithSegments("/ofrep");

    private static ClaimsPrincipal Authorize(HttpContext context, CatalogState state)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            throw Unauthorized(context, "key-required",
                "This service asks for a key: send 'Authorization: Bearer <key>'. An administrator makes one with 'keys create'.");
        }

        var key = SecretKeys.Find(state, header["Bearer ".Length..].Trim())
            ?? throw Unauthorized(context, "key-invalid", "The key is unknown or revoked.");
        var requirement = context.GetEndpoint()?.Metadata.GetMetadata<AccessRequirement>() ?? AccessRequirement.Undeclared;
        if (RoleNames.Parse(key.Role) is not { } role || !requirement.Allows(role, context.Request.Method))
        {
            throw new ProblemException(StatusCodes.Status403Forbidden, "role-insufficient",
                $"A key of role '{key.Role}' may not do this; use one of a role that may.");
        }

        return new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, key.Key), new Claim(ClaimTypes.Role, key.Role)], "key"));
    }

    private static ProblemException Unauthorized(HttpContext context, string code, string detail)
    {
        // The answer is cleared before the problem is written; this header must survive that.
        context.Response.OnStarting(static response =>
        {
            ((HttpResponse)response).Headers.WWWAuthenticate = "Bearer";
            return Task.CompletedTask;
        }, context.Response);
        return new ProblemException(StatusCodes.Status401Unauthorized, code, detail);
    }

    /// <summary>Without keys a page in the browser must not reach us under a name that it made point to 127.0.0.1 (DNS rebinding),
    /// nor a proxy pass on the outside world.</summary>
    private static void RefuseForeignHost(HostString host)
    {
        var name = host.Host.Trim('[', ']');
        if (!host.HasValue || name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address)))
            return;

        throw new ProblemException(StatusCodes.Status421MisdirectedRequest, "host-refused",
            "Without keys the service answers under the names of this machine only (localhost, 127.0.0.1). "
            + "Make a key with 'keys create --role admin' to serve others.");
    }
}

/// <summary>Marks a route that shows no data and needs no key.</summary>
internal sealed record PublicAccess;
