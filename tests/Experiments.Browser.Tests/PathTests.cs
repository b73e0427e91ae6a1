using Experiments.Api.Tests.Support;
using Experiments.Browser.Tests.Support;
using Microsoft.Playwright;

namespace Experiments.Browser.Tests;

/// <summary>A marketer's whole path: hypothesis, KPI, experiment, running, a result that changes by itself, promotion.</summary>
public sealed class PathTests(Site site)
{
    [Theory]
    [InlineData("en")]
    [InlineData("fr")]
    public async Task Marketer_FromHypothesisToBestPractice(string language)
    {
        var key = $"path-{language}";
        await using var visitor = await site.Browser.VisitAsync(site.Url, new Look(language));
        var page = visitor.Page;
        await visitor.GoToAsync("/");
        await page.Locator("a.primary").ClickAsync();

        // The KPI is new: it is defined on the way.
        await page.FillAsync("#because", "40 % des paniers sont abandonnés");
        await page.FillAsync("#change", key == "path-fr" ? "Un bouton plus visible" : "a button that is easier to see");
        await page.FillAsync("#audience", "all");
        await page.Locator(".newkpi summary").ClickAsync();
        await page.FillAsync("#kpi-name", $"Achats {language}");
        Assert.Equal($"achats-{language}", await page.InputValueAsync("#kpi-key"));
        await page.SelectOptionAsync("#kpi-window", "P1D");
        await page.Locator("button[form=kpi-form]").ClickAsync();
        await Assertions.Expect(page.Locator("#kpi")).ToHaveValueAsync($"achats-{language}");

        // What the API refuses stands at its field, in the language of the page.
        await page.FillAsync("[name='expect.confidence']", "150");
        await page.FillAsync("#key", key);
        await page.Locator("form.guided button.primary").ClickAsync();
        await Assertions.Expect(page.Locator("[id='expect.confidence-error']")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[id='expect.confidence-error']")).ToContainTextAsync(language == "fr" ? "À vérifier" : "Please check");
        Assert.Contains(visitor.TakeComplaints(), c => c.Contains("400", StringComparison.Ordinal));
        await page.FillAsync("[name='expect.confidence']", language == "fr" ? "62,5" : "62.5");
        await page.Locator("form.guided button.primary").ClickAsync();
        await page.WaitForURLAsync($"**/new/{key}");

        // The plan answers while one types.
        await page.FillAsync("#plan-baseline", language == "fr" ? "4,5" : "4.5");
        await page.FillAsync("#plan-users", "2000");
        await Assertions.Expect(page.Locator(".plan-answer")).ToContainTextAsync(language == "fr" ? "jours" : "days");
        await Assertions.Expect(page.Locator(".plan-answer")).ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"\d"));
        await visitor.ShootAsync($"path-{language}-plan");
        await page.FillAsync("#parameter", $"checkout.{key}");
        await page.FillAsync("[name='variants[1].value']", "green");
        await page.Locator("form.guided button.primary").ClickAsync();
        await page.WaitForURLAsync($"**/experiments/{key}");
        var hypothesis = await site.Api.GetAsync($"/v1/hypotheses/{key}");
        Assert.Equal(0.625, hypothesis.GetProperty("expect").GetProperty("confidence").GetDouble());

        // Started, it is live; the first data change the page without a reload.
        await page.Locator(".action.main summary").ClickAsync();
        await page.Locator("#start-confirm").ClickAsync();
        await Assertions.Expect(page.Locator(".status.running")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".verdict .chip")).ToHaveTextAsync(language == "fr" ? "Pas encore de données" : "No data yet");
        await page.EvaluateAsync("() => { window.sameDocument = true; }");
        await BuyAsync(key, $"achats-{language}");
        await Assertions.Expect(page.Locator(".sound")).ToContainTextAsync("000", new() { Timeout = 30_000 });
        Assert.True(await page.EvaluateAsync<bool>("() => window.sameDocument === true"));

        // Promoted by hand, with a reason that is kept.
        await page.Locator(".action", new() { Has = page.Locator("#promote-reason") }).Locator("summary").ClickAsync();
        await page.FillAsync("#promote-reason", "Noël <b>arrive</b>");
        await page.Locator("#promote-confirm").ClickAsync();
        await Assertions.Expect(page.Locator(".verdict .chip")).ToHaveTextAsync(language == "fr" ? "Gagnante, adoptée" : "Winner, adopted");
        await Assertions.Expect(page.Locator(".decisions")).ToContainTextAsync("Noël <b>arrive</b>");
        await page.Locator("a.button[href^='/best-practices/']").ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync(language == "fr" ? "Un bouton plus visible" : "A button that is easier to see");

        // Apps get it, by OFREP too.
        var flag = await site.Api.PostAsync($"/ofrep/v1/evaluate/flags/checkout.{key}", """{"context":{"targetingKey":"marsha"}}""");
        Assert.Equal($"checkout.{key}", flag.GetProperty("key").GetString());
    }

    [Fact]
    public async Task Keyboard_Alone_ReachesAndUsesEverything()
    {
        await using var visitor = await site.Browser.VisitAsync(site.Url);
        var page = visitor.Page;
        await visitor.GoToAsync($"/experiments/{Story.Running}");

        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("skip", await FocusedAsync(page, "e => e.className"));
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("main", await FocusedAsync(page, "e => e.id"));

        var seen = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            var what = await FocusedAsync(page, "e => e.tagName.toLowerCase() + (e.closest('.action') ? ' action' : '')");
            seen.Add(what);
            if (what == "body") break;
            var outline = await page.EvaluateAsync<string>("() => getComputedStyle(document.activeElement).outlineStyle");
            Assert.NotEqual("none", outline);
        }

        Assert.Contains("summary action", seen);
        Assert.Contains("svg", seen);
        Assert.Contains("a", seen);

        // A picture is read row by row.
        await page.Locator("svg.chart[aria-labelledby=trend-says]").FocusAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        var announced = await page.Locator("#announce").InnerTextAsync();
        Assert.Matches(@"Day .*Difference", announced);
        for (var i = 0; i < 12; i++) await page.Keyboard.PressAsync("ArrowLeft");
        Assert.NotEqual(announced, await page.Locator("#announce").InnerTextAsync());

        // An action is opened and refused without a reason, at its field.
        await page.Locator(".action summary", new() { HasTextString = "Stop" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#stop-reason-error")).ToBeVisibleAsync();
        Assert.Equal("running", (await site.Api.GetAsync($"/v1/experiments/{Story.Running}")).GetProperty("status").GetString());
    }

    private static Task<string> FocusedAsync(IPage page, string read) =>
        page.EvaluateAsync<string>($"() => ({read})(document.activeElement)");

    // Ten thousand each, who bought a moment ago: too early for a verdict, enough to be counted.
    private async Task BuyAsync(string experiment, string purchase)
    {
        var variants = (await site.Api.GetAsync($"/v1/experiments/{experiment}")).GetProperty("variants").EnumerateArray()
            .Select(v => v.GetProperty("key").GetString()!).ToArray();
        for (var batch = 0; batch < 4; batch++)
        {
            await site.Api.EventsAsync(Enumerable.Range(batch * 5000, 5000).SelectMany(i => Events(experiment, purchase, variants[i % 2], i)));
        }
    }

    private static IEnumerable<Event> Events(string experiment, string purchase, string variant, int i)
    {
        yield return Event.Exposure($"{experiment}-{i}", experiment, variant);
        if (i % 20 < (i % 2 == 0 ? 2 : 3)) yield return Event.Kpi($"{experiment}-{i}", purchase);
    }
}
