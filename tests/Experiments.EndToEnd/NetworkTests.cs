using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;

namespace Experiments.EndToEnd;

/// <summary>The shop behind a network that fails in every way: visitors notice nothing, and each event counts once in the end.</summary>
public sealed class NetworkTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Network_FailsInEveryWay_VisitorsNoticeNothingAndEachEventCountsOnce()
    {
        using var folders = new TemporaryFolder();
        await using var service = await ApiProcess.StartAsync($"--Experiments:Data={Path.Combine(folders.Path, "service")}");
        await ShopProcess.DefineAsync(service.Client.Http.BaseAddress!);
        await using var proxy = new FaultyProxy(service.Client.Http.BaseAddress!);
        await using var shop = await ShopProcess.StartAsync(proxy.Address, Path.Combine(folders.Path, "shop"), "--Experiments:RequestTimeout=00:00:01");
        using var first = shop.NewVisitor();
        var page = Title(await first.HomeAsync());
        Assert.Equal("Split", (await first.WhyAsync())["shop.title"].Text("reason"));

        var orders = 0;
        foreach (var fault in new[] { NetworkFault.Cut, NetworkFault.LostAnswer, NetworkFault.CutInTheAnswer, NetworkFault.Slow })
        {
            await proxy.SetAsync(fault);
            for (var i = 0; i < 10 || proxy.Hurt < 2; i++)
            {
                using var visitor = shop.NewVisitor();
                await visitor.HomeAsync();
                await visitor.BuyAsync($"order-{orders++}", 10);
                Assert.Equal("Split", (await visitor.WhyAsync())["shop.title"].Text("reason"));
                Assert.Equal(page, Title(await first.HomeAsync()));
            }

            output.WriteLine($"{fault}: {proxy.Hurt} connections hurt");
        }

        await proxy.SetAsync(NetworkFault.None);
        await ApiClient.UntilAsync(
            () => service.Client.ResultsAsync("shop-title"), r => Sum(r, "users") == orders + 1 && Sum(r, "conversions") == orders);
        var status = await ApiClient.UntilAsync(shop.StatusAsync, s => s.Whole("eventsWaiting") == 0);
        Assert.Equal(status.Whole("eventsEnqueued"), status.Whole("eventsDelivered"));

        // A count of amounts would show an order that counted twice.
        var revenue = (await service.Client.ResultsAsync("shop-title")).Kpi("revenue").GetProperty("variants").EnumerateArray();
        Assert.Equal(10.0 * orders, revenue.Sum(variant => variant.Number("sum")), 6);
    }

    private static long Sum(System.Text.Json.JsonElement results, string figure) =>
        results.Kpi("purchase").GetProperty("variants").EnumerateArray().Sum(variant => variant.Whole(figure));

    private static string Title(string page) => page.Split("<h1>")[1].Split("</h1>")[0];
}
