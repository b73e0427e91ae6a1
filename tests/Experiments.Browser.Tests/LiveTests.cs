using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;
using Experiments.Browser.Tests.Support;
using Microsoft.Playwright;

namespace Experiments.Browser.Tests;

/// <summary>The service is killed and comes back: pages say how old their data are, and recover by themselves.</summary>
public sealed class LiveTests(Site site)
{
    [Theory]
    [InlineData("en", "This is data of")]
    [InlineData("fr", "Ce sont les données de")]
    public async Task Page_ServiceKilledAndBack_SaysHowOldItIsAndRecovers(string language, string says)
    {
        using var folder = new TemporaryFolder();
        await using var service = await ApiProcess.StartAsync("--Experiments:Data=" + Path.GetFullPath(folder.Path));
        await service.Client.PostAsync("/v1/kpis", """{"key":"visit","type":"proportion","direction":"increase"}""");
        await service.Client.PostAsync("/v1/hypotheses", """{"key":"h","because":"b","change":"c","audience":"d","expect":{"kpi":"visit","direction":"increase","lift":0.1,"confidence":0.7}}""");
        await service.Client.PostAsync("/v1/experiments", """{"key":"e","hypothesis":"h","parameter":"p","control":"a","primaryKpi":"visit","variants":[{"key":"a","weight":1,"value":null},{"key":"b","weight":1,"value":1}]}""");
        await service.Client.PostAsync("/v1/experiments/e/start");
        var url = service.Client.Http.BaseAddress!.ToString();

        await using var visitor = await site.Browser.VisitAsync(url, new Look(language));
        await visitor.GoToAsync("experiments/e");
        await Assertions.Expect(visitor.Page.Locator("#stale")).ToBeHiddenAsync();
        service.Kill();
        await Assertions.Expect(visitor.Page.Locator("#stale")).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.Locator("#stale")).ToContainTextAsync(says);
        await Assertions.Expect(visitor.Page.Locator("#stale time")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"^\d\d:\d\d$"));
        await visitor.ShootAsync($"stale-{language}", whole: false);

        await service.RestartAsync();
        await service.Client.EventsAsync(Experiments.Api.Tests.Support.Event.Exposure("u", "e", "a"));
        await Assertions.Expect(visitor.Page.Locator("#stale")).ToBeHiddenAsync(new() { Timeout = 30_000 });
        await Assertions.Expect(visitor.Page.Locator(".verdict .chip")).Not.ToHaveTextAsync(language == "fr" ? "Pas encore de données" : "No data yet", new() { Timeout = 30_000 });
        // The browser itself says that the connection was lost; nothing else went wrong.
        Assert.All(visitor.TakeComplaints(), c => Assert.Matches("ERR_|Failed to load resource", c));
    }
}
