using System.Net;
using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.Hypotheses;

public sealed class HypothesesTests(SharedApi shared) : IClassFixture<SharedApi>
{
    [Theory]
    [InlineData("""{"key":"A B"}""", "key")]
    [InlineData("""{"because":" "}""", "because")]
    [InlineData("""{"change":null}""", "change")]
    [InlineData("""{"audience":null}""", "audience")]
    [InlineData("""{"expect":null}""", "expect")]
    [InlineData("""{"expect":{"kpi":"visit","direction":"up","lift":0.1,"confidence":0.5}}""", "expect.direction")]
    [InlineData("""{"expect":{"kpi":"visit","direction":"increase","lift":50,"confidence":0.5}}""", "expect.lift")]
    [InlineData("""{"expect":{"kpi":"visit","direction":"increase","confidence":0.5}}""", "expect.lift")]
    [InlineData("""{"expect":{"kpi":"visit","direction":"increase","lift":0.1,"confidence":1}}""", "expect.confidence")]
    [InlineData("""{"expect":{"direction":"increase","lift":0.1,"confidence":0.5}}""", "expect.kpi")]
    [InlineData("""{"phase":"later"}""", "phase")]
    [InlineData("""{"pillar":"sales"}""", "pillar")]
    public async Task Create_Invalid_NamesTheField(string patch, string field)
    {
        (await shared.Api.PostAsync("/v1/hypotheses", ApiHost.With(ApiHost.Hypothesis, patch))).IsProblem(400, "invalid-request", field);
    }

    [Fact]
    public async Task CreateReadChange_RoundTrips()
    {
        await using var api = new ApiHost();
        (await api.PostAsync("/v1/hypotheses", ApiHost.Hypothesis)).IsProblem(422, "unknown-kpi", "expect.kpi");
        await api.CreateAsync("/v1/kpis", ApiHost.Kpi);
        var created = await api.CreateAsync("/v1/hypotheses", ApiHost.With(ApiHost.Hypothesis, """{"market":"FR","because":"Les clients réachètent"}"""));
        Assert.Equal("Les clients réachètent", created.GetProperty("because").GetString());
        var read = await api.GetAsync("/v1/hypotheses/men-buy-again");
        Assert.Equal(created.GetRawText(), read.Text);
        Assert.Contains("réachètent", read.Text, StringComparison.Ordinal);

        var changed = await api.PatchAsync("/v1/hypotheses/men-buy-again", """{"expect":{"lift":0.2},"market":null}""");
        Assert.Equal(
            """{"kpi":"visit","direction":"increase","lift":0.2,"confidence":0.7}""", changed.Json.GetProperty("expect").GetRawText());
        (await api.PatchAsync("/v1/hypotheses/men-buy-again", """{"expect":{"kpi":"none"}}""")).IsProblem(422, "unknown-kpi", "expect.kpi");
        (await api.PostAsync("/v1/hypotheses", ApiHost.Hypothesis)).IsProblem(409, "hypothesis-exists");
        Assert.Equal(HttpStatusCode.NoContent, (await api.DeleteAsync("/v1/hypotheses/men-buy-again")).Status);
    }
}
