using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Access;

/// <summary>Who has signed in to the pages: a cookie that names the key and cannot be read, forged or prolonged; the key itself is not in it.</summary>
/// <remarks>Checked against the catalogue at each request: a session ends with its key, and follows its role.</remarks>
internal sealed class Sessions(
    IDataProtectionProvider protection, CatalogStore catalog, TimeProvider clock, IOptions<AccessOptions> options)
{
    private const string Name = "experiments-session";

    private readonly IDataProtector _protector = protection.CreateProtector("Experiments.Session.v1");

    /// <param name="Key">Name of the key.</param>
    /// <param name="Secret">Hash of the secret that was shown: a session does not outlive the secret that it was opened with.</param>
    /// <param name="Until">End of the session.</param>
    internal sealed record Ticket(string Key, string Secret, DateTimeOffset Until);

    public void Begin(HttpContext context, Admission admission)
    {
        var until = clock.GetUtcNow().AddHours(options.Value.SessionHours);
        var ticket = JsonSerializer.Serialize(new Ticket(admission.Key.Key, admission.SecretHash, until), ApiJson.Stored);
        context.Response.Cookies.Append(NameFor(context.Request), _protector.Protect(ticket), Cookie(context.Request, until));
    }

    public static void End(HttpContext context) => context.Response.Cookies.Delete(NameFor(context.Request), Cookie(context.Request, null));

    /// <summary>The key that the caller has signed in with, if it still holds.</summary>
    public Admission? Find(HttpContext context)
    {
        if (!context.Request.Cookies.TryGetValue(NameFor(context.Request), out var cookie) || Read(cookie) is not { } ticket) return null;
        var state = catalog.State;
        if (state.AccessKeys.GetValueOrDefault(ticket.Key) is not { } key) return null;
        var admission = new Admission(key, ticket.Secret, ticket.Until);
        return admission.HoldsAt(state, clock.GetUtcNow()) ? admission : null;
    }

    private Ticket? Read(string cookie)
    {
        try
        {
            return JsonSerializer.Deserialize<Ticket>(_protector.Unprotect(cookie), ApiJson.Stored);
        }
        catch (Exception exception) when (exception is CryptographicException or JsonException)
        {
            return null; // forged, cut off, or of another store: as good as none
        }
    }

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
