namespace Experiments.Api.Access;

/// <summary>Whether a request that a browser sends by itself (with its cookie, or from this machine) comes from a page of ours.</summary>
/// <remarks>Browsers set both headers themselves; no page can forge them. Who is no browser sends neither.</remarks>
internal static class OwnOrigin
{
    private const string FetchSite = "Sec-Fetch-Site";

    public static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    /// <summary>A browser says that the request comes from a page of this service.</summary>
    public static bool IsShown(HttpRequest request)
    {
        var site = request.Headers[FetchSite].ToString();
        // Told by the browser itself, so it holds behind a proxy that changes the host's name, too.
        if (site.Length > 0) return site is "same-origin" or "none";
        return Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
            && string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A browser says that the request comes from a page of somebody else.</summary>
    public static bool IsForeign(HttpRequest request, IReadOnlyCollection<string> allowed)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length == 0 && !request.Headers.ContainsKey(FetchSite)) return false;
        return !IsShown(request) && !allowed.Contains(origin, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The user followed a link on somebody else's page (a mail, a chat).</summary>
    public static bool IsForeignLink(HttpRequest request) => request.Headers[FetchSite].ToString() is "cross-site" or "same-site";
}
