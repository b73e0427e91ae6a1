using Experiments.Api.Access;
using Experiments.Api.Results;
using Experiments.Api.Shared;

namespace Experiments.Api.Dashboard;

/// <summary>Who looks at a page, in which language, and when.</summary>
internal sealed record PageContext(Language Language, DateTimeOffset Now, string Path, bool MayWrite, bool IsSignedIn)
{
    private const string LanguageCookie = "lang";

    /// <summary>The language asked for by the address, else the one chosen before, else the browser's.</summary>
    public static PageContext Of(HttpContext http, TimeProvider clock)
    {
        var isKnown = http.User.RoleOf() is not null && http.User.ActorName() != Actor.Local;
        return new PageContext(LanguageOf(http), clock.GetUtcNow(), http.Request.Path, http.User.MayChange(), isKnown);
    }

    private static Language LanguageOf(HttpContext http)
    {
        if (http.Request.Query.ContainsKey("lang"))
        {
            var chosen = Language.Of(http.Request);
            http.Response.Cookies.Append(LanguageCookie, chosen.Code, new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                IsEssential = true,
                Secure = http.Request.IsHttps,
                MaxAge = TimeSpan.FromDays(365),
            });
            return chosen;
        }

        return http.Request.Cookies[LanguageCookie] switch
        {
            "fr" => Language.French,
            "en" => Language.English,
            _ => Language.Of(http.Request),
        };
    }
}
