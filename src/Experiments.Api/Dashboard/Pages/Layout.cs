using Experiments.Api.Dashboard.Html;
using Experiments.Api.Dashboard.Words;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>What every page has around its content.</summary>
internal static class Layout
{
    /// <param name="page">Who looks.</param>
    /// <param name="title">Title of the window.</param>
    /// <param name="main">Content; what changes by itself is inside an element with <c>data-live</c>.</param>
    /// <param name="stream">Address of server-sent events that announce a change; without it the page asks now and then.</param>
    /// <param name="isLive">Whether the page refreshes itself at all.</param>
    public static Markup Of(PageContext page, string title, Markup main, string? stream = null, bool isLive = true)
    {
        var l = page.Language;
        return Markup.Of($"""
            <!doctype html>
            <html lang="{l.Code}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title} · Experiments</title>
            <link rel="icon" href="{Assets.Url("icon.svg")}" type="image/svg+xml">
            <link rel="preload" href="/assets/inter.woff2" as="font" type="font/woff2" crossorigin>
            <link rel="stylesheet" href="{Assets.Url("dashboard.css")}">
            <script type="module" src="{Assets.Url("dashboard.js")}"></script>
            </head>
            <body data-stream="{stream}" data-live-page="{(isLive ? "yes" : "no")}">
            <a class="skip" href="#main">{Terms.SkipToContent[l]}</a>
            {Header(page)}
            <p class="stale" id="stale" role="status" hidden><strong>{ResultWords.StaleData[l]} <time data-stale></time>.</strong> {ResultWords.StaleRetry[l]}</p>
            <main id="main" tabindex="-1">
            {main}
            </main>
            </body>
            </html>
            """);
    }

    private static Markup Header(PageContext page)
    {
        var l = page.Language;
        var (other, name) = l.IsFrench ? ("en", "English") : ("fr", "Français");
        return Markup.Of($"""
            <header class="top">
            <a class="brand" href="/"><svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d="M3 19c5 0 6-14 9-14s4 14 9 14" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/><circle cx="12" cy="5" r="2.6" class="mark"/></svg><span>Experiments</span></a>
            <nav aria-label="{Terms.MainMenu[l]}">
            {Item(page, "/", Terms.Experiments[l])}{Item(page, "/best-practices", Terms.BestPractices[l])}{Item(page, "/knowledge", Terms.Knowledge[l])}{Item(page, "/docs", Terms.Help[l])}
            </nav>
            <div class="tools">
            <a href="?lang={other}" lang="{other}" hreflang="{other}" data-language>{name}</a>
            {Markup.If(page.IsSignedIn, () => Markup.Of($"""<form method="post" action="/sign-out"><button class="link">{PageWords.SignOut[l]}</button></form>"""))}
            </div>
            </header>
            """);
    }

    private static Markup Item(PageContext page, string path, string name)
    {
        var isHere = path == "/" ? page.Path == "/" || page.Path.StartsWith("/experiments", StringComparison.Ordinal) : page.Path.StartsWith(path, StringComparison.Ordinal);
        return isHere
            ? Markup.Of($"""<a href="{path}" aria-current="page">{name}</a>""")
            : Markup.Of($"""<a href="{path}">{name}</a>""");
    }
}
