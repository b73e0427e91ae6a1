namespace Experiments.Api.Tests.Common;

/// <summary>One service for the cases that are refused: they leave nothing behind.</summary>
public sealed class ProblemTests(SharedApi shared) : IClassFixture<SharedApi>
{
    [Theory]
    [InlineData("""{"key":"a","type":"mean","direction":"increase","weigth":1}""", "unknown-member", "weigth")]
    [InlineData("""{"Key":"a"}""", "unknown-member", "Key")]
    [InlineData("""{"key":"a","key":"b"}""", "duplicate-member", "key")]
    [InlineData("""{"key":1}""", "wrong-type", "key")]
    [InlineData("""{"cap":"ten"}""", "wrong-type", "cap")]
    [InlineData("""{"cap":1e400}""", "wrong-type", "cap")]
    [InlineData("""{"cap":true}""", "wrong-type", "cap")]
    [InlineData("[]", "wrong-type", "$")]
    [InlineData("12", "wrong-type", "$")]
    public async Task Post_BodyOfAnotherShape_NamesTheMember(string body, string code, string field)
    {
        var api = shared.Api;
        var answer = await api.PostAsync("/v1/kpis", body);
        answer.IsProblem(400, code, field);
        Assert.Empty(api.Catalog.State.Kpis);
    }

    [Theory]
    [InlineData("""{"key":"a",""")]
    [InlineData("""{"cap":NaN}""")]
    [InlineData("""{"cap":Infinity}""")]
    [InlineData("""{"cap":01}""")]
    [InlineData("{} {}")]
    [InlineData("key=a")]
    public async Task Post_NotJson_SaysWhere(string body)
    {
        var api = shared.Api;
        var answer = await api.PostAsync("/v1/kpis", body);
        answer.IsProblem(400, "malformed-json");
        Assert.Contains("line 1, byte", answer.Json.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_NestedTooDeep_IsMalformed()
    {
        var api = shared.Api;
        var deep = string.Concat(Enumerable.Repeat("""{"not":""", 40)) + "null" + new string('}', 40);
        (await api.PostAsync("/v1/experiments", $$"""{"audience":{{deep}}}""")).IsProblem(400, "malformed-json");
    }

    [Fact]
    public async Task Post_NoBody_SaysSo()
    {
        var api = shared.Api;
        (await api.PostAsync("/v1/kpis")).IsProblem(400, "body-required");
        (await api.PostAsync("/v1/kpis", "")).IsProblem(400, "body-required");
        (await api.PostAsync("/v1/kpis", "null")).IsProblem(400, "body-required");
    }

    [Fact]
    public async Task Post_AnotherContentType_Is415()
    {
        var api = shared.Api;
        (await api.SendAsync(HttpMethod.Post, "/v1/kpis", ApiHost.Kpi, "text/plain")).IsProblem(415, "unsupported-media-type");
    }

    [Fact]
    public async Task UnknownRoute_Is404AndWrongMethodIs405()
    {
        var api = shared.Api;
        (await api.GetAsync("/v1/nothing")).IsProblem(404, "route-not-found");
        (await api.DeleteAsync("/v1/kpis")).IsProblem(405, "method-not-allowed");
    }

    [Theory]
    [InlineData("/v1/kpis/none", "kpi-not-found")]
    [InlineData("/v1/hypotheses/none", "hypothesis-not-found")]
    [InlineData("/v1/experiments/none", "experiment-not-found")]
    [InlineData("/v1/experiments/none/decisions", "experiment-not-found")]
    [InlineData("/v1/best-practices/none", "best-practice-not-found")]
    public async Task Get_UnknownKey_NamesTheKind(string path, string code)
    {
        var api = shared.Api;
        (await api.GetAsync(path)).IsProblem(404, code);
    }

    [Theory]
    [InlineData("limit=abc", "invalid-parameter", "limit")]
    [InlineData("limit=0", "invalid-limit", "limit")]
    [InlineData("limit=201", "invalid-limit", "limit")]
    [InlineData("cursor=%21", "invalid-cursor", "cursor")]
    [InlineData("cursor=YWJj", "invalid-cursor", "cursor")]
    [InlineData("archived=perhaps", "invalid-parameter", "archived")]
    public async Task List_BadParameter_NamesIt(string query, string code, string field)
    {
        var api = shared.Api;
        (await api.GetAsync("/v1/kpis?" + query)).IsProblem(400, code, field);
    }

    [Fact]
    public async Task Post_BodyAboveTheLimit_Is413()
    {
        await using var api = new ApiHost();
        // The in-memory server does not count bytes.
        api.UseKestrel(0);
        api.StartServer();
        var body = $$"""{"key":"a","name":"{{new string('x', 20_000_000)}}"}""";
        using var client = ApiHost.AskingFirst(api.CreateClient().BaseAddress!);
        (await ApiHost.SendAsync(client, HttpMethod.Post, "/v1/kpis", body, "application/json")).IsProblem(413, "body-too-large");
    }

    [Fact]
    public async Task EveryAnswer_IsNotSniffedAndNamesNoServer()
    {
        await using var api = new ApiHost();
        api.UseKestrel(0);
        api.StartServer();
        foreach (var path in new[] { "/health/live", "/v1/kpis", "/v1/none" })
        {
            var answer = await api.GetAsync(path);
            Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
            Assert.False(answer.Headers.ContainsKey("Server"));
        }
    }
}
