using System.Globalization;
using Experiments.Browser.Tests.Support;

namespace Experiments.Browser.Tests;

/// <summary>What a first visit costs.</summary>
public sealed class WeightTests(Site site, ITestOutputHelper output)
{
    private const double MostBytes = 150_000;

    [Theory]
    [InlineData("/")]
    [InlineData($"/experiments/{Story.Running}")]
    [InlineData($"/experiments/{Story.Many}")]
    public async Task FirstLoad_IsLight(string path)
    {
        await using var visitor = await site.Browser.VisitAsync(site.Url);
        var session = await visitor.Page.Context.NewCDPSessionAsync(visitor.Page);
        await session.SendAsync("Network.enable");
        var bytes = 0.0;
        session.Event("Network.loadingFinished").OnEvent += (_, data) => bytes += data!.Value.GetProperty("encodedDataLength").GetDouble();
        await visitor.GoToAsync(path);
        await visitor.Page.EvaluateAsync("() => document.fonts.ready");
        var painted = await visitor.Page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1");
        var usable = await visitor.Page.EvaluateAsync<double>("() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: {bytes / 1000:0.0} kB compressed, first paint {painted:0} ms, usable {usable:0} ms"));
        Assert.InRange(bytes, 1, MostBytes);
    }
}
