using Experiments.Browser.Tests.Support;

namespace Experiments.Browser.Tests;

/// <summary>Script in every text, names of 200 characters, right to left, nothing at all, fifty arms.</summary>
public sealed class BadInputTests(Site site)
{
    [Theory]
    [InlineData("/")]
    [InlineData("/knowledge")]
    [InlineData($"/experiments/{Story.Hostile}")]
    [InlineData($"/new/{Story.Hostile}")]
    [InlineData("/?q=%3Cscript%3Edocument.title%3D%27x%27%3C/script%3E%22%20onfocus=x%20autofocus")]
    [InlineData("/knowledge?q=%22%3E%3Cimg%20src=x%20onerror=x%3E")]
    public async Task Texts_WithScript_StayTexts(string path)
    {
        await using var visitor = await site.Browser.VisitAsync(site.Url);
        await visitor.GoToAsync(path);
        Assert.Equal(0, await visitor.Page.Locator("main script, main img, main [onerror], main [onfocus], main b").CountAsync());
        Assert.NotEqual("x", await visitor.Page.TitleAsync());
        await visitor.ShootAsync("bad-" + path.Trim('/').Split('?')[0].Replace('/', '-'));
    }

    [Fact]
    public async Task Files_WithScript_StayTexts()
    {
        await using var visitor = await site.Browser.VisitAsync(site.Url);
        await visitor.GoToAsync("/");
        var svg = await visitor.Page.EvaluateAsync<string>($"async () => await (await fetch('/experiments/{Story.Hostile}/pictures/lift.svg')).text()");
        Assert.DoesNotContain("<script", svg, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", svg, StringComparison.OrdinalIgnoreCase);
        Assert.True(await visitor.Page.EvaluateAsync<bool>("svg => new DOMParser().parseFromString(svg, 'image/svg+xml').querySelector('parsererror') === null", svg));
    }

    [Fact]
    public async Task FiftyArms_AreSorted_AndTheRestIsFoldedUp()
    {
        await using var visitor = await site.Browser.VisitAsync(site.Url);
        await visitor.GoToAsync($"/experiments/{Story.Many}");
        Assert.Equal(49, await visitor.Page.Locator(".lift-row").CountAsync());
        Assert.Equal(37, await visitor.Page.Locator(".lift details .lift-row").CountAsync());
        Assert.Equal(12, await visitor.Page.Locator(".bars .bar-row .chart").CountAsync() - 3);
    }

    [Fact]
    public async Task Address_ThatNamesNothing_IsAPageThatSaysSo()
    {
        await using var visitor = await site.Browser.VisitAsync(site.Url, new Look("fr"));
        var answer = await visitor.Page.GotoAsync("/experiments/nothing");
        Assert.Equal(404, answer!.Status);
        Assert.Equal("Il n'y a rien ici", await visitor.Page.Locator("h1").InnerTextAsync());
        visitor.TakeComplaints();
    }
}
