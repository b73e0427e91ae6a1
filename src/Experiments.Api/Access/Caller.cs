using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Access;

/// <summary>Who asks, as the rest of the service sees him: a name for the audit, and a role.</summary>
internal static class Caller
{
    private const string BrowserClaim = "browser";

    /// <summary>Whoever asks while no key exists: somebody on this machine, who may do everything.</summary>
    public static readonly ClaimsPrincipal Local = Principal(Actor.Local, Role.Admin, browser: false);

    public static ClaimsPrincipal Of(AccessKey key, Role role) => Principal(key.Key, role, key.Browser);

    /// <summary>The role of who asks; null for a stranger on an open page.</summary>
    public static Role? RoleOf(this ClaimsPrincipal caller) => RoleNames.Parse(caller.FindFirstValue(ClaimTypes.Role));

    /// <summary>Whether who asks may change what a marketer may: what pages show buttons by.</summary>
    public static bool MayChange(this ClaimsPrincipal caller) => caller.RoleOf() is Role.Marketer or Role.Admin;

    /// <summary>True for a key that stands in the source of a page, where anybody reads it.</summary>
    public static bool IsBrowser(this ClaimsPrincipal caller) => caller.HasClaim(BrowserClaim, "true");

    private static ClaimsPrincipal Principal(string name, Role role, bool browser)
    {
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, name), new Claim(ClaimTypes.Role, RoleNames.Of(role))], "key");
        if (browser) identity.AddClaim(new Claim(BrowserClaim, "true"));
        return new ClaimsPrincipal(identity);
    }
}
