using System.Net;
using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.Kpis;

public sealed class KpisTests(SharedApi shared) : IClassFixture<SharedApi>
{
    [Theory]
    [InlineData("""{"key":null}""", "key")]
    [InlineData("""{"key":""}""", "key")]
    [InlineData("""{"key":"Visit"}""", "key")]
    [InlineData("""{"key":"-visit"}""", "key")]
    [InlineData("""{"type":null}""", "type")]
    [InlineData("""{"type":"median"}""", "type")]
    [InlineData("""{"direction":null}""", "direction")]
    [InlineData("""{"direction":"up"}""", "direction")]
    [InlineData("""{"window":"PT0S"}""", "window")]
    [InlineData("""{"window":"PT0.5S"}""", "window")]
    [InlineData("""{"window":"7 days"}""", "window")]
    [InlineData("""{"window":"P1M"}""", "window")]
    [InlineData("""{"window":"P"}""", "window")]
    [InlineData("""{"window":"P7DT"}""", "window")]
    [InlineData("""{"window":"P99999999999D"}""", "window")]
    [InlineData("""{"type":"ratio"}""", "denominator")]
    [InlineData("""{"type":"mean","denominator":"orders"}""", "denominator")]
    [InlineData("""{"cap":0}""", "cap")]
    [InlineData("""{"cap":-1}""", "cap")]
    [InlineData("""{"pillar":"sales"}""", "pillar")]
    [InlineData("""{"event":""}""", "event")]
    public async Task Create_Invalid_NamesTheField(string patch, string field)
    {
        (await shared.Api.PostAsync("/v1/kpis", ApiHost.With(ApiHost.Kpi, patch))).IsProblem(400, "invalid-request", field);
    }

    [Fact]
    public async Task Create_Minimal_EchoesDefaults()
    {
        await using var api = new ApiHost();
        var answer = await api.PostAsync("/v1/kpis", ApiHost.Kpi);
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.Equal("/v1/kpis/visit", answer.Headers["Location"]);
        Assert.Equal("\"1\"", answer.Headers["ETag"]);
        Assert.Equal(
            """{"key":"visit","name":null,"type":"proportion","event":"visit","denominator":null,"direction":"increase","window":"P7D","cap":null,"covariate":null,"pillar":null,"unit":null,"version":1,"archived":false,"createdAt":"2026-11-24T10:00:00Z"}""",
            answer.Text);
        (await api.PostAsync("/v1/kpis", ApiHost.Kpi)).IsProblem(409, "kpi-exists");
    }

    [Fact]
    public async Task Change_MergesAndChecks()
    {
        await using var api = new ApiHost();
        await api.CreateAsync("/v1/kpis", """{"key":"spend","type":"mean","direction":"increase","cap":100}""");
        Assert.Equal(250, (await api.PatchAsync("/v1/kpis/spend", """{"cap":250}""")).Json.GetProperty("cap").GetDouble());
        var unchanged = await api.PatchAsync("/v1/kpis/spend", """{"cap":250}""");
        Assert.Equal("\"2\"", unchanged.Headers["ETag"]);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await api.PatchAsync("/v1/kpis/spend", """{"cap":null}""")).Json.GetProperty("cap").ValueKind);
        (await api.PatchAsync("/v1/kpis/spend", """{"type":"ratio"}""")).IsProblem(400, "invalid-request", "denominator");
        (await api.PatchAsync("/v1/kpis/spend", """{"colour":"red"}""")).IsProblem(400, "unknown-member", "colour");
        (await api.PatchAsync("/v1/kpis/spend", """{"cap":1}""", ("If-Match", "\"1\""))).IsProblem(412, "stale-version");
        (await api.PatchAsync("/v1/kpis/none", "{}")).IsProblem(404, "kpi-not-found");
    }

    [Fact]
    public async Task Archive_InUse_NamesTheUsers()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        var used = await api.DeleteAsync("/v1/kpis/visit");
        used.IsProblem(409, "in-use");
        Assert.Contains("experiment 'spring-email', hypothesis 'men-buy-again'", used.Text, StringComparison.Ordinal);
        (await api.DeleteAsync("/v1/hypotheses/men-buy-again")).IsProblem(409, "in-use");

        foreach (var path in new[] { "/v1/experiments/spring-email", "/v1/hypotheses/men-buy-again", "/v1/kpis/visit" })
            Assert.Equal(HttpStatusCode.NoContent, (await api.DeleteAsync(path)).Status);
        Assert.Equal(0, (await api.GetAsync("/v1/kpis")).Json.GetProperty("items").GetArrayLength());
        Assert.True((await api.GetAsync("/v1/kpis/visit")).Json.GetProperty("archived").GetBoolean());
        (await api.PatchAsync("/v1/kpis/visit", """{"cap":1}""")).IsProblem(409, "archived");
        (await api.PostAsync("/v1/hypotheses", ApiHost.With(ApiHost.Hypothesis, """{"key":"again"}"""))).IsProblem(422, "unknown-kpi", "expect.kpi");
    }
}
