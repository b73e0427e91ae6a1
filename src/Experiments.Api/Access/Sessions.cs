using System.Net;
using Experiments.Api.Catalog;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Access;

/// <summary>Who has signed in to the pages: a cookie with his sealed admission.</summary>
internal sealed class Sessions(
    IDataProtectionProvider protection, CatalogStore catalog, TimeProvider clock, IOptions<AccessOptions> options)
{
    private const string Name = "experiments-session";

    private readonly SealedAdmissions _sealed = new(protection.CreateProtector("Experiments.Session.v1"), catalog, clock);

    public void Begin(HttpContext context, Admission admission)
    {
        var until = clock.GetUtcNow().AddHours(options.Value.SessionHours);
        context.Response.Cookies.Append(NameFor(context.Request), _sealed.Seal(admission, until), Cookie(context.Request, until));
    }

    public static void End(HttpContext context) => context.Response.Cookies.Delete(NameFor(context.Request), Cookie(context.Request, null));

    /// <summary>The key that the caller has signed in with, if it still holds.</summary>
    public Admission? Find(HttpContext context) =>
        context.Request.Cookies.TryGetValue(NameFor(context.Request), out var cookie) ? _sealed.Open(cookie) : null;

    // Browsers take a __Host- cookie only over TLS, for this host alone; on loopback there is no TLS.
    private static string NameFor(HttpRequest request) => IsSecure(request) ? "__Host-" + Name : Name;

    private static CookieOptions Cookie(HttpRequest request, DateTimeOffset? until) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        Path = "/",
        SameSite = SameSiteMode.Strict,
        Secure = IsSecure(request),
        Expires = until,
    };

    // Over plain HTTP to another machine the browser then drops the cookie: a session never travels in clear.
    private static bool IsSecure(HttpRequest request) => request.IsHttps || !IsLoopback(request.Host);

    internal static bool IsLoopback(HostString host)
    {
        var name = host.Host.Trim('[', ']');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }
}
