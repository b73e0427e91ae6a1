using System.Net;
using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.Experiments;

public sealed class ChangeExperimentTests
{
    private const string Path = "/v1/experiments/spring-email";

    [Fact]
    public async Task Change_Draft_TakesAnythingButTheKey()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        var changed = await api.PatchAsync(Path, """{"parameter":"email.summer","decision":{"alpha":0.01},"coverage":0.5}""");
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal("\"2\"", changed.Headers["ETag"]);
        Assert.Equal("email.summer", changed.Json.GetProperty("parameter").GetString());
        Assert.Equal(0.01, changed.Json.GetProperty("decision").GetProperty("alpha").GetDouble());
        Assert.Equal(7, changed.Json.GetProperty("decision").GetProperty("minimumDays").GetInt32());
        // A null takes the member out: its default comes back.
        Assert.Equal(0.05, (await api.PatchAsync(Path, """{"decision":null}""")).Json.GetProperty("decision").GetProperty("alpha").GetDouble());
        (await api.PatchAsync(Path, """{"key":"other"}""")).IsProblem(400, "key-fixed", "key");
    }

    [Theory]
    [InlineData("""{"variants":[{"key":"none","weight":1}]}""", 400, "invalid-request", "variants")]
    [InlineData("""{"hypothesis":null}""", 400, "hypothesis-required", "hypothesis")]
    [InlineData("""{"primaryKpi":"nothing"}""", 422, "unknown-kpi", "primaryKpi")]
    [InlineData("""{"status":"running"}""", 400, "unknown-member", "status")]
    [InlineData("""{"status":null}""", 400, "unknown-member", "status")]
    [InlineData("""{"decision":{"alpha":"x"}}""", 400, "wrong-type", "decision.alpha")]
    [InlineData("[]", 400, "wrong-type", "$")]
    public async Task Change_Invalid_ChangesNothing(string patch, int status, string code, string field)
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        (await api.PatchAsync(Path, patch)).IsProblem(status, code, field);
        Assert.Equal(1, api.Catalog.State.Experiments["spring-email"].Version);
    }

    [Fact]
    public async Task Change_StaleVersion_Is412()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        Assert.Equal(HttpStatusCode.OK, (await api.PatchAsync(Path, """{"coverage":0.5}""", ("If-Match", "\"1\""))).Status);
        (await api.PatchAsync(Path, """{"coverage":0.6}""", ("If-Match", "\"1\""))).IsProblem(412, "stale-version");
        (await api.DeleteAsync(Path, ("If-Match", "\"1\""))).IsProblem(412, "stale-version");
        (await api.PatchAsync(Path, """{"coverage":0.6}""", ("If-Match", "2"))).IsProblem(400, "invalid-if-match");
        Assert.Equal(HttpStatusCode.OK, (await api.PatchAsync(Path, """{"coverage":0.6}""", ("If-Match", "*"))).Status);
    }

    [Fact]
    public async Task Get_KnownVersion_Is304()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        Assert.Equal(HttpStatusCode.NotModified, (await api.GetAsync(Path, ("If-None-Match", "\"1\""))).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(Path, ("If-None-Match", "\"2\""))).Status);
    }

    [Theory]
    [InlineData("""{"decision":{"alpha":0.1}}""", "decision")]
    [InlineData("""{"parameter":"email.summer"}""", "parameter")]
    [InlineData("""{"audience":{"attribute":"a","exists":true}}""", "audience")]
    [InlineData("""{"coverage":0.4}""", "coverage")]
    [InlineData("""{"variants":[{"key":"none","weight":1},{"key":"mens","weight":1,"value":"men"}]}""", "variants")]
    [InlineData("""{"variants":[{"key":"none","weight":1},{"key":"mens","weight":1,"value":"mens"},{"key":"w","weight":1}]}""", "variants")]
    public async Task Change_Running_KeepsThePlan(string patch, string member)
    {
        await using var api = new ApiHost();
        await api.DraftAsync(ApiHost.With(ApiHost.Experiment, """{"coverage":0.5}"""));
        await api.PostAsync(Path + "/start");
        (await api.PatchAsync(Path, patch)).IsProblem(409, "plan-frozen", member);
        Assert.Equal(2, api.Catalog.State.Experiments["spring-email"].Version);
    }

    [Fact]
    public async Task Change_RunningWeights_OpensAnEpochThatMovesTheLeast()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        await api.PostAsync(Path + "/start");
        api.Jump(TimeSpan.FromDays(1));
        var hash = api.Catalog.State.Experiments["spring-email"].PlanHash;
        var changed = (await api.PatchAsync(
            Path, """{"variants":[{"key":"none","weight":1},{"key":"mens","weight":3,"value":"mens"}]}""")).Json;
        Assert.Equal("""{"none":0.25,"mens":0.75}""", changed.GetProperty("allocation").GetRawText());
        Assert.Equal("""{"id":1,"startedAt":"2026-11-25T10:00:00Z","buckets":{"none":2500,"mens":7500}}""", changed.GetProperty("epochs")[1].GetRawText());
        Assert.Equal(hash, changed.GetProperty("planHash").GetString());
        Assert.Equal([[0, 0], [2500, 1]], api.Catalog.State.Experiments["spring-email"].Epochs[1].Table);
        // The same weights in other units are no change.
        Assert.Equal(2, (await api.PatchAsync(
            Path, """{"variants":[{"key":"none","weight":10},{"key":"mens","weight":30,"value":"mens"}]}""")).Json.GetProperty("epochs").GetArrayLength());
    }

    [Fact]
    public async Task Change_RunningCoverage_OnlyAddsSlots()
    {
        await using var api = new ApiHost();
        await api.DraftAsync(ApiHost.With(ApiHost.Experiment, """{"coverage":0.5}"""));
        await api.PostAsync(Path + "/start");
        Assert.Equal(HttpStatusCode.OK, (await api.PatchAsync(Path, """{"coverage":0.8}""")).Status);
        Assert.Equal([[0, 8000]], api.Catalog.State.Experiments["spring-email"].Slots);
        await api.CreateAsync("/v1/experiments", ApiHost.With(ApiHost.Experiment, """{"key":"second","coverage":0.2}"""));
        await api.PostAsync("/v1/experiments/second/start");
        (await api.PatchAsync(Path, """{"coverage":0.9}""")).IsProblem(409, "layer-full", "coverage");
    }

    [Fact]
    public async Task Change_Stopped_IsRefused()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        await api.PostAsync(Path + "/start");
        await api.PostAsync(Path + "/stop", """{"reason":"enough"}""");
        (await api.PatchAsync(Path, """{"coverage":1}""")).IsProblem(409, "wrong-state");
    }

    [Fact]
    public async Task Delete_RunningIsRefusedAndArchivedNeverChanges()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        await api.PostAsync(Path + "/start");
        (await api.DeleteAsync(Path)).IsProblem(409, "wrong-state");
        await api.PostAsync(Path + "/stop", """{"reason":"enough"}""");
        Assert.Equal(HttpStatusCode.NoContent, (await api.DeleteAsync(Path)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await api.DeleteAsync(Path)).Status);
        (await api.PostAsync(Path + "/start")).IsProblem(409, "archived");
        (await api.PostAsync("/v1/experiments", ApiHost.Experiment)).IsProblem(409, "experiment-exists");
    }

    [Fact]
    public async Task Change_TheKpiAfterTheStart_LeavesTheTestAsItWas()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        await api.PostAsync(Path + "/start");
        Assert.Equal(HttpStatusCode.OK, (await api.PatchAsync("/v1/kpis/visit", """{"window":"P30D"}""")).Status);
        Assert.Equal("P7D", api.Catalog.State.Experiments["spring-email"].FrozenKpis[0].Window);
    }
}
