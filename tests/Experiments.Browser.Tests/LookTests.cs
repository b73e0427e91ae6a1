using Experiments.Browser.Tests.Support;

namespace Experiments.Browser.Tests;

/// <summary>Every page in both languages, dark and light, on a phone and a screen.</summary>
public sealed class LookTests(Site site)
{
    public static TheoryData<string> Paths =>
    [
        "/", $"/experiments/{Story.Running}", $"/experiments/{Story.Won}", $"/experiments/{Story.Withheld}", $"/experiments/{Story.Shares}",
        $"/experiments/{Story.Draft}", $"/experiments/{Story.Empty}", $"/experiments/{Story.Many}", $"/experiments/{Story.Hostile}",
        "/best-practices", $"/best-practices/{Story.Won}", "/knowledge", "/new", $"/new/{Story.Draft}", "/docs", "/docs/stats/confidence-sequence",
    ];

    [Theory, MemberData(nameof(Paths))]
    public async Task Page_InEveryLook_IsAccessibleQuietAndFits(string path)
    {
        foreach (var (language, dark, width) in new[] { ("en", false, 1280), ("fr", true, 1280), ("en", true, 320), ("fr", false, 320) })
        {
            await using var visitor = await site.Browser.VisitAsync(site.Url, new Look(language, width, Dark: dark, ReducedMotion: true));
            await visitor.GoToAsync(path);
            var what = $"{path} {language} {(dark ? "dark" : "light")} {width}";
            Assert.Equal(language, await visitor.Page.EvaluateAsync<string>("() => document.documentElement.lang"));
            foreach (var details in await visitor.Page.Locator("main details:not(.action)").AllAsync()) await details.EvaluateAsync("d => { d.open = true; }");
            await visitor.IsAccessibleAsync(what);
            Assert.True(await visitor.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"{what} scrolls sideways");
            await visitor.ShootAsync($"{Name(path)}-{language}-{(dark ? "dark" : "light")}-{width}");
        }
    }

    [Fact]
    public async Task Page_OnAWall_UsesTheScreen()
    {
        await using var visitor = await site.Browser.VisitAsync(site.Url, new Look(Width: 2560, Height: 1440));
        await visitor.GoToAsync($"/experiments/{Story.Running}");
        Assert.True(await visitor.Page.EvaluateAsync<double>("() => document.querySelector('.verdict').getBoundingClientRect().width / innerWidth") > 0.4);
        await visitor.ShootAsync("wall", whole: false);
    }

    /// <summary>The pictures in README.md are these two.</summary>
    [Fact]
    public async Task Readme_Pictures_AreTakenHere()
    {
        await using var visitor = await site.Browser.VisitAsync(site.Url, new Look(Width: 1040, Height: 1060));
        await visitor.GoToAsync($"/experiments/{Story.Running}");
        await visitor.ShootAsync("readme-result", whole: false);
        await visitor.Page.SetViewportSizeAsync(1040, 720);
        await visitor.GoToAsync("/?q=purchase");
        await visitor.ShootAsync("readme-experiments", whole: false);
        Assert.True(await visitor.Page.Locator(".card").CountAsync() > 3);
    }

    [Fact]
    public async Task Result_InGrey_IsStillUnderstood()
    {
        await using var visitor = await site.Browser.VisitAsync(site.Url);
        await visitor.GoToAsync($"/experiments/{Story.Shares}");
        await visitor.Page.EvaluateAsync("() => { document.documentElement.style.filter = 'grayscale(1)'; }");
        await visitor.ShootAsync("greyscale");
        // What colour says, a word, a sign or a shape says too.
        Assert.NotEmpty(await visitor.Page.Locator(".verdict .chip").InnerTextAsync());
        Assert.True(await visitor.Page.Locator(".verdict .chip .icon").CountAsync() == 1);
        var strokes = await visitor.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('.chart path.line')].map(p => p.getAttribute('stroke-dasharray'))");
        Assert.Equal(3, strokes.Take(3).Distinct().Count());
        foreach (var says in await visitor.Page.Locator(".lift-row .says strong").AllInnerTextsAsync()) Assert.Matches("^[+\u2212\u2014]", says);
    }

    [Fact]
    public async Task Result_WithoutScripts_ShowsEverything()
    {
        await using var visitor = await site.Browser.VisitAsync(site.Url, new Look(Scripts: false));
        await visitor.GoToAsync($"/experiments/{Story.Running}");
        Assert.Equal(1, await visitor.Page.Locator(".verdict .says").CountAsync());
        Assert.True(await visitor.Page.Locator("svg.chart").CountAsync() >= 5);
    }

    private static string Name(string path) => path == "/" ? "list" : path.Trim('/').Replace('/', '-');
}
