using System.Net;

namespace Experiments.Api.Webhooks;

/// <summary>What a webhook's address may look like. Where its name leads is asked at each delivery: a name can change its mind.</summary>
internal static class WebhookUrl
{
    private const int Longest = 2000;

    private static readonly string[] LocalNames = ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa", "test", "invalid", "example", "onion"];

    /// <summary>What is wrong with an address, in words; null for nothing.</summary>
    public static string? Problem(string? text, bool allowPrivate)
    {
        if (string.IsNullOrEmpty(text) || text.Length > Longest || text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\')
            || !Uri.TryCreate(text, UriKind.Absolute, out var url))
            return $"must be an absolute address, such as https://hooks.shop.com/experiments, of at most {Longest} characters without spaces";
        if (url.Scheme != Uri.UriSchemeHttps && !(allowPrivate && url.Scheme == Uri.UriSchemeHttp)) return "must begin with https://";
        if (url.UserInfo.Length > 0) return "must not hold a user name or password: messages are signed instead";
        if (url.Fragment.Length > 0) return "must not hold a fragment (#…): no server ever sees it";
        return allowPrivate ? null : HostProblem(url);
    }

    private static string? HostProblem(Uri url)
    {
        const string Inside = "must be on the public internet, not inside a network (Experiments:Webhooks:AllowPrivateAddresses allows it)";
        // The framework has read decimal, octal and short forms (https://2130706433) as the address that they are.
        // What is asked for is the name in ASCII: ①②⑦.0.0.1 is an address, too.
        var host = url.IdnHost.TrimEnd('.');
        if (IPAddress.TryParse(host, out var address)) return PublicAddress.Is(address) ? null : Inside;
        return !host.Contains('.', StringComparison.Ordinal)
            || LocalNames.Any(n => host.Equals(n, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + n, StringComparison.OrdinalIgnoreCase))
            ? Inside
            : null;
    }
}
