using System.Text.Json;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Results;

public sealed class StreamResultsTests
{
    [Fact]
    public async Task Stream_GivesTheResultsAndAgainAfterAChangeAtMostOnceASecond()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api);
        await api.EventsAsync(Event.Exposure("u1", RunningService.Experiment, "mens"));
        await using var stream = await api.Http.GetStreamAsync(
            new Uri("/v1/experiments/spring-email/results/stream?lang=fr", UriKind.Relative), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);

        var first = await NextAsync(reader);
        Assert.Equal(1, first.Kpi("visit").Variant("mens").Whole("users"));
        Assert.Contains("visiteurs", first.GetProperty("verdict").Text("text"), StringComparison.Ordinal);

        // Two changes within a second are one event, which shows both.
        await api.EventsAsync(Event.Exposure("u2", RunningService.Experiment, "mens"));
        await api.EventsAsync(Event.Exposure("u3", RunningService.Experiment, "mens"));
        var second = NextAsync(reader);
        while (await Task.WhenAny(second, Task.Delay(50, TestContext.Current.CancellationToken)) != second) host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, (await second).Kpi("visit").Variant("mens").Whole("users"));
    }

    /// <summary>Reads up to the end of the next event, which must be one of results.</summary>
    private static async Task<JsonElement> NextAsync(StreamReader reader)
    {
        var (name, data) = ("", "");
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            if (line.StartsWith("data: ", StringComparison.Ordinal)) data += line[6..];
        }

        Assert.Equal("results", name);
        return JsonDocument.Parse(data).RootElement;
    }
}
