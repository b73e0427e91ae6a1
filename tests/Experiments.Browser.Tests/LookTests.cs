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
    public Task Page_InEveryLook_IsAccessibleQuietAndFits(string path) => Task.WhenAll(
        LookAtAsync(path, new Look("en", 1280, ReducedMotion: true)),
        LookAtAsync(path, new Look("fr", 1280, Dark: true, ReducedMotion: true)),
        LookAtAsync(path, new Look("en", 320, Dark: true, ReducedMotion: true)),
        LookAtAsync(path, new Look("fr", 320, ReducedMotion: true)));

    private async Task LookAtAsync(string path, Look look)
    {
        await using var visitor = await site.Browser.VisitAsync(site.Url, look);
        await visitor.GoToAsync(path);
        var how = $"{look.Language}-{(look.Dark ? "dark" : "light")}-{look.Width}";
        Assert.Equal(look.Language, await visitor.Page.EvaluateAsync<string>("() => document.documentElement.lang"));
        await visitor.Page.EvaluateAsync("() => { for (const d of document.querySelectorAll('main details:not(.action)')) d.open = true; }");
        await visitor.IsAccessibleAsync($"{path} {how}");
        Assert.True(await visitor.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"{path} {how} scrolls sideways");
        await visitor.ShootAsync($"{Name(path)}-{how}");
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
