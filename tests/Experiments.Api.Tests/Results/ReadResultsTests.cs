using System.Net;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Results;

public sealed class ReadResultsTests
{
    private const string Path = "/v1/experiments/spring-email/results";

    [Fact]
    public async Task Results_OfADraftOrOfNobody_SayThatThereAreNoData()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api);
        foreach (var key in new[] { "a-draft", RunningService.Experiment })
        {
            var results = await api.ResultsAsync(key);
            Assert.Equal("noData/no-data/", results.Verdict());
            Assert.Equal(0, results.Kpi("visit").Variant("mens").Whole("users"));
            Assert.True(results.Kpi("visit").Variant("mens").IsNull("mean"));
            Assert.True(results.Kpi("visit").Comparison("mens").IsNull("relativeLift"));
        }

        (await host.GetAsync("/v1/experiments/none-such/results")).IsProblem(404, "experiment-not-found");
        (await host.GetAsync("/v1/experiments/none-such/results/stream")).IsProblem(404, "experiment-not-found");
        (await host.GetAsync("/v1/experiments/none-such/history")).IsProblem(404, "experiment-not-found");
    }

    [Fact]
    public async Task Results_AsTimePasses_MatureWithoutAnEvent()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api);
        await api.EventsAsync(Crowd.Of("c", "mens", 20, host.Clock.GetUtcNow(), ("visit", 10)));
        await IsMatureAsync(api, users: 20, mature: 0);
        host.Jump(TimeSpan.FromHours(23));
        await IsMatureAsync(api, users: 20, mature: 0);

        // Users mature in slots of a 64th of the window.
        host.Jump(TimeSpan.FromHours(1.5));
        await IsMatureAsync(api, users: 20, mature: 20);
    }

    [Fact]
    public async Task Results_OfEventsOfAnHourAgo_AreCurrentAndDecideNothing()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api, """{"decision":{"cycleDays":0,"minimumDays":0}}""");
        var at = host.Clock.GetUtcNow().AddHours(-2);
        await api.EventsAsync([.. Crowd.Of("c", "none", 500, at, ("visit", 50)), .. Crowd.Of("c", "mens", 500, at, ("visit", 250))]);
        var results = await api.ResultsAsync(RunningService.Experiment);
        Near.Relative("lift", 4, results.Kpi("visit").Comparison("mens").Number("relativeLift"), 1e-12);
        var sequential = results.Kpi("visit").Comparison("mens").GetProperty("sequential");
        Assert.Equal(0, sequential.Number("users"));
        Assert.Equal(0, sequential.Number("logEvidence"));
        Assert.Equal("undecided", sequential.Text("decision"));
        Assert.Equal("undecided/too-early/", results.Verdict());
    }

    [Fact]
    public async Task ETag_IsThatOfTheFiguresAndNotOfTheTime()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api);
        await api.EventsAsync(Crowd.Of("c", "mens", 5, host.Clock.GetUtcNow()));
        var first = await host.GetAsync(Path);
        var tag = first.Headers["ETag"];

        var unchanged = await host.GetAsync(Path, ("If-None-Match", tag));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.Status);
        Assert.Empty(unchanged.Text);
        Assert.Equal(tag, unchanged.Headers["ETag"]);

        // Another language is another text.
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync(Path + "?lang=fr", ("If-None-Match", tag))).Status);
        await api.EventsAsync(Crowd.Of("d", "mens", 1, host.Clock.GetUtcNow()));
        var changed = await host.GetAsync(Path, ("If-None-Match", tag));
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.NotEqual(tag, changed.Headers["ETag"]);
    }

    [Fact]
    public async Task Language_IsThatAskedFor()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api);
        async Task<string> TextAsync(string query, params (string, string)[] headers) =>
            (await host.GetAsync(Path + query, headers)).Json.GetProperty("verdict").Text("text");

        Assert.Equal("No user has been seen yet.", await TextAsync(""));
        Assert.Equal("Aucun visiteur n'a encore été vu.", await TextAsync("?lang=fr"));
        Assert.Equal("Aucun visiteur n'a encore été vu.", await TextAsync("", ("Accept-Language", "de, fr-CH;q=0.9, en;q=0.5")));
        Assert.Equal("No user has been seen yet.", await TextAsync("?lang=en", ("Accept-Language", "fr")));
        Assert.Equal("No user has been seen yet.", await TextAsync("", ("Accept-Language", "de")));
        (await host.GetAsync(Path + "?lang=de")).IsProblem(400, "invalid-parameter", "lang");
    }

    [Fact]
    public async Task Breakdown_ByADeclaredAttribute_SplitsTheUsers()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api);
        var at = host.Clock.GetUtcNow().AddDays(-3);
        await api.EventsAsync(
            Event.Exposure("u1", RunningService.Experiment, "none", at, attribute: ("channel", "web")),
            Event.Exposure("u2", RunningService.Experiment, "mens", at, attribute: ("channel", "web")),
            Event.Exposure("u3", RunningService.Experiment, "mens", at, attribute: ("channel", "magasin d'été")),
            Event.Kpi("u2", "visit", at: at.AddHours(1)), Event.Kpi("u3", "spend", 8, at.AddHours(1)));
        var results = await api.ResultsAsync(RunningService.Experiment, "?breakdown=channel");
        Assert.Equal(1, results.Segment("web").Kpi("visit").Variant("mens").Whole("users"));
        Assert.Equal(1, results.Segment("web").Kpi("visit").Variant("mens").Whole("conversions"));
        Assert.Equal(0, results.Segment("web").Kpi("spend").Variant("mens").Number("sum"));
        Assert.Equal(8, results.Segment("magasin d'été").Kpi("spend").Variant("mens").Number("sum"));
        Assert.Equal(0, results.Segment("magasin d'été").Kpi("spend").Variant("none").Whole("users"));
        (await host.GetAsync(Path + "?breakdown=country")).IsProblem(400, "unknown-breakdown", "breakdown");
    }

    [Fact]
    public async Task History_HasAPointForEachLookOldestFirst()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api, """{"decision":{"minimumDetectableLift":0.5}}""");
        var at = host.Clock.GetUtcNow().AddDays(-2);
        Assert.Empty((await api.GetAsync("/v1/experiments/spring-email/history")).GetProperty("points").EnumerateArray());
        await api.EventsAsync([.. Crowd.Of("c", "none", 200, at, ("visit", 40)), .. Crowd.Of("c", "mens", 200, at, ("visit", 50))]);
        await Looks.OneMoreAsync(host, api, RunningService.Experiment);
        await api.EventsAsync([.. Crowd.Of("d", "none", 200, at, ("visit", 40)), .. Crowd.Of("d", "mens", 200, at, ("visit", 50))]);
        var history = await Looks.OneMoreAsync(host, api, RunningService.Experiment);

        var points = history.GetProperty("points").EnumerateArray().ToList();
        Assert.Equal("visit", history.Text("kpi"));
        Near.Relative("threshold", Math.Log(20), history.Number("logThreshold"), 1e-12);
        Assert.Equal([400, 800], points.Select(p => p.GetProperty("figures")[0].Number("users")).Distinct());
        Assert.Equal(points.Select(p => p.GetProperty("at").GetDateTimeOffset()).Order(), points.Select(p => p.GetProperty("at").GetDateTimeOffset()));
        Near.Relative("lift", 0.25, points[^1].GetProperty("figures")[0].Number("relativeLift"), 1e-12);
    }

    private static async Task IsMatureAsync(ApiClient api, long users, long mature)
    {
        var variant = (await api.ResultsAsync(RunningService.Experiment)).Kpi("visit").Variant("mens");
        Assert.Equal((users, mature), (variant.Whole("users"), variant.Whole("matureUsers")));
    }
}
