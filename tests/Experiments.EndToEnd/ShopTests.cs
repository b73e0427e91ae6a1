using System.Globalization;
using System.Net;
using System.Text.Json;
using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;

namespace Experiments.EndToEnd;

/// <summary>The sample shop and the service, as two processes: what a team sees that takes the SDK into its app.</summary>
public sealed class ShopTests
{
    private const int Visitors = 40;

    private static readonly string[] Parameters = ["shop.title", "shop.banner", "shop.express"];
    private static readonly string[] Experiments = ["shop-title", "shop-banner", "shop-express", "sorting"];

    [Fact]
    public async Task Shop_VisitorsLookBuyAndLogIn_CountOncePerPersonUnderWhatTheySaw()
    {
        using var folders = new TemporaryFolder();
        await using var service = await StartServiceAsync(folders);
        await ShopProcess.DefineAsync(service.Client.Http.BaseAddress!);
        await ShopProcess.DefineAsync(service.Client.Http.BaseAddress!);
        await using var shop = await ShopProcess.StartAsync(service.Client.Http.BaseAddress!, Path.Combine(folders.Path, "shop"));

        var buyers = Parameters.ToDictionary(parameter => parameter, _ => new Dictionary<string, int>());
        for (var i = 0; i < Visitors; i++)
        {
            using var visitor = shop.NewVisitor();
            var page = await visitor.HomeAsync();
            var why = await visitor.WhyAsync();
            await AgreesAsync(service, visitor.Id, why);
            Assert.Contains($"<h1>{why["shop.title"].Text("value")}</h1>", page, StringComparison.Ordinal);
            Assert.Contains(why["shop.banner"].Text("value"), page, StringComparison.Ordinal);
            var express = why["shop.express"].GetProperty("value").GetBoolean();
            Assert.Equal(express, page.Contains("Express checkout", StringComparison.Ordinal));
            Assert.Equal(express ? HttpStatusCode.OK : HttpStatusCode.NotFound, await visitor.ExpressAsync());

            if (i % 4 == 0)
            {
                await visitor.LogInAsync($"customer-{i}");
                Assert.Equal(page, await visitor.HomeAsync(), new PageComparer());
            }

            if (i % 2 != 0) continue;
            await visitor.BuyAsync($"order-{i}", 49.90m);
            await visitor.BuyAsync($"order-{i}", 49.90m);
            foreach (var parameter in Parameters)
            {
                var variant = why[parameter].Text("variant");
                buyers[parameter][variant] = buyers[parameter].GetValueOrDefault(variant) + 1;
            }
        }

        foreach (var experiment in Experiments)
        {
            var results = await ApiClient.UntilAsync(
                () => service.Client.ResultsAsync(experiment), r => Users(r) == Visitors && Conversions(r) == Visitors / 2);
            Assert.Equal("0", results.GetProperty("health").GetProperty("multipleExposureUsers").GetRawText());
        }

        foreach (var (parameter, byVariant) in buyers)
        {
            var kpi = (await service.Client.ResultsAsync(parameter.Replace('.', '-'))).Kpi("purchase");
            foreach (var (variant, count) in byVariant) Assert.Equal(count, kpi.Variant(variant).Whole("conversions"));
        }
    }

    [Fact]
    public async Task Shop_ServiceAwayAndShopKilled_GoesOnAsBeforeAndLosesNothing()
    {
        using var folders = new TemporaryFolder();
        await using var service = await StartServiceAsync(folders);
        var address = service.Client.Http.BaseAddress!;
        await ShopProcess.DefineAsync(address);
        await using var shop = await ShopProcess.StartAsync(address, Path.Combine(folders.Path, "shop"));
        var visitors = Enumerable.Range(0, 10).Select(_ => shop.NewVisitor()).ToList();
        var pages = await Task.WhenAll(visitors.Select(visitor => visitor.HomeAsync()));
        Assert.Equal("Healthy", await shop.HealthAsync());

        service.Kill();
        for (var i = 0; i < visitors.Count; i++)
        {
            Assert.Equal(pages[i], await visitors[i].HomeAsync(), new PageComparer());
            await visitors[i].BuyAsync($"order-{i}", 10);
        }

        // What the customer was thanked for is on disk; so is what he was served.
        shop.Kill();
        Assert.InRange(await shop.StartAsync(), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.Equal("Degraded", await shop.HealthAsync());
        Assert.True((await shop.StatusAsync()).Whole("eventsWaiting") >= visitors.Count);
        for (var i = 0; i < visitors.Count; i++) Assert.Equal(Title(pages[i]), Title(await visitors[i].HomeAsync()));

        await service.RestartAsync();
        await ApiClient.UntilAsync(
            () => service.Client.ResultsAsync("shop-title"), r => Users(r) == visitors.Count && Conversions(r) == visitors.Count);
        var status = await ApiClient.UntilAsync(shop.StatusAsync, s => s.Whole("eventsWaiting") == 0 && s.Text("snapshotOrigin") == "Live");
        Assert.Equal(status.Whole("eventsEnqueued"), status.Whole("eventsDelivered") + status.Whole("eventsDropped"));
        Assert.Equal(0, status.Whole("eventsDropped"));
        Assert.Equal("Healthy", await shop.HealthAsync());
        visitors.ForEach(visitor => visitor.Dispose());
    }

    [Fact]
    public async Task Shop_StoreOfTheServiceIsLost_SendsAgainWhatItHadAcknowledged()
    {
        using var folders = new TemporaryFolder();
        await using var service = await StartServiceAsync(folders);
        var address = service.Client.Http.BaseAddress!;
        await ShopProcess.DefineAsync(address);
        await using var shop = await ShopProcess.StartAsync(address, Path.Combine(folders.Path, "shop"));
        for (var i = 0; i < 10; i++)
        {
            using var visitor = shop.NewVisitor();
            await visitor.HomeAsync();
            await visitor.BuyAsync($"order-{i}", 10);
        }

        await ApiClient.UntilAsync(() => service.Client.ResultsAsync("shop-title"), r => Users(r) == 10 && Conversions(r) == 10);

        // An empty store under the old address: what the first one acknowledged is known to the shop alone.
        service.Kill();
        Directory.Delete(Path.Combine(folders.Path, "service"), recursive: true);
        await service.RestartAsync();
        await ShopProcess.DefineAsync(address);
        using var next = shop.NewVisitor();
        await next.HomeAsync();
        await ApiClient.UntilAsync(() => service.Client.ResultsAsync("shop-title"), r => Users(r) == 11 && Conversions(r) == 10);
    }

    [Fact]
    public async Task Shop_NeverMetTheService_ShowsItsOwnDefaults()
    {
        using var folders = new TemporaryFolder();
        await using var shop = await ShopProcess.StartAsync(
            new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{RedisServer.FreePort()}")), folders.Path);
        using var visitor = shop.NewVisitor();
        var page = await visitor.HomeAsync();
        Assert.Equal("Welcome", Title(page));
        Assert.Contains("Free delivery from 50 €", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await visitor.ExpressAsync());
        Assert.All((await visitor.WhyAsync()).Values, why => Assert.Equal("NotReady", why.Text("reason")));
    }

    [Fact]
    public async Task Shop_WinnerPromoted_ServesTheBestPracticeWithoutARestart()
    {
        using var folders = new TemporaryFolder();
        await using var service = await StartServiceAsync(folders);
        await ShopProcess.DefineAsync(service.Client.Http.BaseAddress!);
        await using var shop = await ShopProcess.StartAsync(service.Client.Http.BaseAddress!, Path.Combine(folders.Path, "shop"));
        for (var i = 0; i < 10; i++)
        {
            using var early = shop.NewVisitor();
            await early.HomeAsync();
        }

        await ApiClient.UntilAsync(() => service.Client.ResultsAsync("shop-title"), r => Users(r) == 10);
        await service.Client.PostAsync("/v1/experiments/shop-title/promotions", """{"variant":"season","reason":"Seen in the shops."}""");
        using var visitor = shop.NewVisitor();
        await visitor.HomeAsync();
        var why = await ApiClient.UntilAsync(async () => (await visitor.WhyAsync())["shop.title"], w => w.Text("source") == "BestPractice");
        Assert.Equal(why.Text("reason") == "Holdback" ? "Welcome" : "Ready for autumn?", why.Text("value"));
        Assert.Equal(why.Text("value"), Title(await visitor.HomeAsync()));
    }

    private static Task<ApiProcess> StartServiceAsync(TemporaryFolder folders) =>
        ApiProcess.StartAsync($"--Experiments:Data={Path.Combine(folders.Path, "service")}");

    /// <summary>The service's answer over HTTP is the SDK's: what any other language would see.</summary>
    private static async Task AgreesAsync(ApiProcess service, string user, IReadOnlyDictionary<string, JsonElement> why)
    {
        var body = $$$"""{"user":"{{{user}}}","attributes":{"language":"en"},"parameters":["shop.title","shop.banner","shop.express"]}""";
        foreach (var assignment in (await service.Client.PostAsync("/v1/assignments", body)).GetProperty("assignments").EnumerateArray())
        {
            var seen = why[assignment.Text("parameter")];
            Assert.Equal(assignment.Text("variant"), seen.Text("variant"));
            Assert.Equal(assignment.Text("experiment"), seen.Text("experiment"));
            Assert.Equal(assignment.Number("propensity"), seen.Number("propensity"));
        }
    }

    private static long Users(JsonElement results) => Sum(results, "users");

    private static long Conversions(JsonElement results) => Sum(results, "conversions");

    private static long Sum(JsonElement results, string figure) =>
        results.Kpi("purchase").GetProperty("variants").EnumerateArray().Sum(variant => variant.Whole(figure));

    private static string Title(string page) => page.Split("<h1>")[1].Split("</h1>")[0];

    /// <summary>Pages but for the numbers of the orders that they offer.</summary>
    private sealed class PageComparer : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => Shown(x!) == Shown(y!);

        public int GetHashCode(string obj) => Shown(obj).GetHashCode(StringComparison.Ordinal);

        private static string Shown(string page) => string.Join("", page.Split("name=\"order\" value=\"").Select((part, i) => i == 0 ? part : part[32..]));
    }
}
