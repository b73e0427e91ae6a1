using System.Net;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Promotion;

public sealed class PromoteByHandTests
{
    private const string Path = "/v1/experiments/spring-email/promotions";
    private const string Body = """{"variant":"mens","reason":"we like it"}""";

    [Fact]
    public async Task Promote_ByHand_MakesABestPracticeWithTheEvidenceThereIs()
    {
        await using var host = new ApiHost();
        var api = await StartAsync(host);
        var answer = await host.PostAsync(Path, Body);
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal("/v1/best-practices/spring-email", answer.Headers["Location"]);
        Assert.Equal("promote", answer.Json.Text("action"));
        Assert.Equal("we like it", answer.Json.Text("reason"));
        Assert.Equal(400, answer.Json.GetProperty("evidence").Number("users"));

        var practice = await api.GetAsync("/v1/best-practices/spring-email");
        Assert.Equal("mens", practice.Text("value"));
        Assert.Equal(0.05, practice.Number("holdback"));
        Assert.Equal("winner/promoted/mens", (await api.ResultsAsync(RunningService.Experiment)).Verdict());
        Assert.Equal("stopped", (await api.ResultsAsync(RunningService.Experiment)).Text("status"));

        (await host.PostAsync(Path, Body)).IsProblem(409, "already-promoted");
        Assert.Single((await api.GetAsync("/v1/experiments/spring-email/decisions")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Promote_ByTwoAtOnce_HappensOnce()
    {
        await using var host = new ApiHost();
        var api = await StartAsync(host);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => host.PostAsync(Path, Body)));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.Created), a => a.IsProblem(409, "already-promoted"));
        Assert.Single((await api.GetAsync("/v1/experiments/spring-email/decisions")).GetProperty("items").EnumerateArray());
        Assert.Single((await api.GetAsync("/v1/best-practices")).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"variant":"womens","reason":"r"}""", 422, "unknown-variant", "variant")]
    [InlineData("""{"variant":"none","reason":"r"}""", 422, "control-not-promotable", "variant")]
    [InlineData("""{"variant":"mens"}""", 400, "invalid-request", "reason")]
    [InlineData("""{"reason":"r"}""", 400, "invalid-request", "variant")]
    [InlineData("""{"variant":"mens","reason":"r","force":true}""", 400, "unknown-member", "force")]
    public async Task Promote_BadRequest_IsRefusedAndChangesNothing(string body, int status, string code, string field)
    {
        await using var host = new ApiHost();
        var api = await StartAsync(host);
        (await host.PostAsync(Path, body)).IsProblem(status, code, field);
        Assert.Equal("running", (await api.ResultsAsync(RunningService.Experiment)).Text("status"));
        Assert.Empty((await api.GetAsync("/v1/best-practices")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Promote_DraftOrUnknown_IsRefused()
    {
        await using var host = new ApiHost();
        await StartAsync(host);
        (await host.PostAsync("/v1/experiments/a-draft/promotions", Body)).IsProblem(409, "wrong-state");
        (await host.PostAsync("/v1/experiments/none-such/promotions", Body)).IsProblem(404, "experiment-not-found");
    }

    [Fact]
    public async Task Promote_DataThatCannotBeTrusted_IsRefused()
    {
        await using var host = new ApiHost();
        var api = await StartAsync(host);
        await api.EventsAsync(Crowd.Of("more", "mens", 600, host.Clock.GetUtcNow().AddDays(-3)));
        (await host.PostAsync(Path, Body)).IsProblem(409, "unhealthy");
        Assert.Equal("running", (await api.ResultsAsync(RunningService.Experiment)).Text("status"));
    }

    private static async Task<ApiClient> StartAsync(ApiHost host)
    {
        var api = new ApiClient(host.CreateClient());
        await RunningService.DefineAsync(api);
        var at = host.Clock.GetUtcNow().AddDays(-3);
        await api.EventsAsync([.. Crowd.Of("c", "none", 200, at, ("visit", 40)), .. Crowd.Of("c", "mens", 200, at, ("visit", 45))]);
        return api;
    }
}
