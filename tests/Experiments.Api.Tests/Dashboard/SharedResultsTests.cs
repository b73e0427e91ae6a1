using System.Net;
using Experiments.Api.Results;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Api.Tests.Dashboard;

/// <summary>Many readers, one computation per change.</summary>
public sealed class SharedResultsTests
{
    private const int Readers = 500;

    [Fact]
    public async Task FiveHundredDashboards_OneChange_CostOneComputation()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api);
        var shared = host.Services.GetRequiredService<SharedResults>();
        await api.EventsAsync(Event.Exposure("u1", RunningService.Experiment, "mens"));
        await QuietAsync(host, api, shared);

        for (var change = 2; change <= 4; change++)
        {
            // The clock stands still, and the decider with it: this event is the only change.
            await api.EventsAsync(Event.Exposure($"u{change}", RunningService.Experiment, "mens"));
            var before = shared.Computations;
            var pages = await Task.WhenAll(Enumerable.Range(0, Readers).Select(i => i % 2 == 0
                ? api.Http.GetAsync(new Uri($"/v1/experiments/{RunningService.Experiment}/results?lang={(i % 4 == 0 ? "fr" : "en")}", UriKind.Relative), TestContext.Current.CancellationToken)
                : shared.ReadAsync(RunningService.Experiment, TimeSpan.Zero, TestContext.Current.CancellationToken).ContinueWith(_ => (HttpResponseMessage?)null, TaskScheduler.Default)!));
            Assert.All(pages.OfType<HttpResponseMessage>(), p => Assert.Equal(HttpStatusCode.OK, p.StatusCode));
            Assert.Equal(1, shared.Computations - before);
            Assert.Equal(change, (await api.ResultsAsync(RunningService.Experiment)).Kpi("visit").Variant("mens").Whole("users"));
        }
    }

    [Fact]
    public async Task Time_ThatMaturesUsers_IsAChange_AndThatMaturesNobody_IsNone()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api);
        await api.EventsAsync(Event.Exposure("u1", RunningService.Experiment, "mens"));
        var shared = host.Services.GetRequiredService<SharedResults>();
        await QuietAsync(host, api, shared);

        var before = shared.Computations;
        var first = await TagAsync(host);
        host.Clock.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(first, await TagAsync(host));
        Assert.Equal(before, shared.Computations);

        host.Jump(TimeSpan.FromDays(2));
        Assert.NotEqual(first, await TagAsync(host));
        Assert.Equal(1, (await api.ResultsAsync(RunningService.Experiment)).Kpi("visit").Variant("mens").Whole("matureUsers"));
    }

    [Fact]
    public async Task Stream_OfAReaderWhoHasSeenItAll_SendsACommentThenHeartbeats()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api);
        var tag = await TagAsync(host);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/experiments/{RunningService.Experiment}/results/stream?lang=en");
        request.Headers.Add("Last-Event-ID", tag.Trim('"'));
        using var answer = await api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("no", answer.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith(":", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await reader.ReadLineAsync(TestContext.Current.CancellationToken);

        var next = reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();
        var waited = TimeSpan.Zero;
        while (await Task.WhenAny(next, Task.Delay(30, TestContext.Current.CancellationToken)) != next)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(1));
            waited += TimeSpan.FromSeconds(1);
        }

        Assert.StartsWith(":", await next, StringComparison.Ordinal);
        Assert.True(waited >= TimeSpan.FromSeconds(15), $"after {waited.TotalSeconds} s");
    }

    // The decider's look at the start is behind us: two answers in a row are the same.
    private static async Task QuietAsync(ApiHost host, ApiClient api, SharedResults shared)
    {
        for (var same = 0; same < 5;)
        {
            var before = shared.Computations;
            await api.ResultsAsync(RunningService.Experiment);
            await Task.Delay(50, TestContext.Current.CancellationToken);
            same = shared.Computations == before ? same + 1 : 0;
        }

        Assert.NotNull(host);
    }

    private static async Task<string> TagAsync(ApiHost host) =>
        (await host.GetAsync($"/v1/experiments/{RunningService.Experiment}/results?lang=en")).Headers["ETag"];
}
