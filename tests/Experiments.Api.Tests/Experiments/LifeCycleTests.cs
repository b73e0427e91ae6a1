using System.Net;
using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.Experiments;

public sealed class LifeCycleTests
{
    private const string Path = "/v1/experiments/spring-email";

    [Fact]
    public async Task Start_Draft_FreezesThePlanAndAssigns()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        var started = await api.PostAsync(Path + "/start");
        Assert.Equal(HttpStatusCode.OK, started.Status);
        Assert.Equal("\"2\"", started.Headers["ETag"]);
        Assert.Equal("running", started.Json.GetProperty("status").GetString());
        Assert.Equal("2026-11-24T10:00:00Z", started.Json.GetProperty("startedAt").GetString());
        Assert.Matches("^[0-9a-f]{64}$", started.Json.GetProperty("planHash").GetString()!);
        Assert.Equal("""[{"id":0,"startedAt":"2026-11-24T10:00:00Z","buckets":{"none":5000,"mens":5000}}]""", started.Json.GetProperty("epochs").GetRawText());
        Assert.Equal(["visit"], api.Catalog.State.Experiments["spring-email"].FrozenKpis.Select(k => k.Key));
    }

    [Fact]
    public async Task Start_Twice_Is409AndSaysWhatIsAllowed()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        await api.PostAsync(Path + "/start");
        var again = await api.PostAsync(Path + "/start");
        again.IsProblem(409, "wrong-state");
        Assert.Contains("it is running", again.Text, StringComparison.Ordinal);
        Assert.Contains("paused or stopped", again.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AtOnceByTwo_StartsOnce()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => api.PostAsync(Path + "/start")));
        Assert.Equal(1, answers.Count(a => a.Status == HttpStatusCode.OK));
        Assert.Equal(2, api.Catalog.State.Experiments["spring-email"].Version);
    }

    [Fact]
    public async Task Start_InThePast_IsTakenAndTheFutureRefused()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        (await api.PostAsync(Path + "/start", """{"at":"2026-11-24T10:00:01Z"}""")).IsProblem(400, "in-the-future", "at");
        (await api.PostAsync(Path + "/start", """{"at":"yesterday"}""")).IsProblem(400, "wrong-type", "at");
        (await api.PostAsync(Path + "/start", """{"when":"2026-11-24T10:00:01Z"}""")).IsProblem(400, "unknown-member", "when");
        var started = await api.PostAsync(Path + "/start", """{"at":"2008-03-20T01:00:00+01:00"}""");
        Assert.Equal("2008-03-20T00:00:00Z", started.Json.GetProperty("startedAt").GetString());
    }

    [Theory]
    [InlineData("pause", "draft")]
    [InlineData("resume", "draft")]
    [InlineData("stop", "draft")]
    [InlineData("resume", "running")]
    [InlineData("pause", "paused")]
    [InlineData("start", "paused")]
    [InlineData("start", "stopped")]
    [InlineData("pause", "stopped")]
    [InlineData("resume", "stopped")]
    [InlineData("stop", "stopped")]
    public async Task Verb_WrongState_IsRefused(string verb, string state)
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        if (state != "draft") await api.PostAsync(Path + "/start");
        if (state == "paused") await api.PostAsync(Path + "/pause");
        if (state == "stopped") await api.PostAsync(Path + "/stop", """{"reason":"enough"}""");
        var answer = await api.PostAsync($"{Path}/{verb}", verb == "stop" ? """{"reason":"enough"}""" : null);
        answer.IsProblem(409, "wrong-state");
        Assert.Contains($"it is {state}", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PauseResumeStop_MovesAndLeavesTheSnapshot()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        await api.PostAsync(Path + "/start");
        Assert.Equal(1, await ServedAsync(api));
        Assert.Equal("paused", (await api.PostAsync(Path + "/pause")).Json.GetProperty("status").GetString());
        Assert.Equal(0, await ServedAsync(api));
        Assert.Equal("running", (await api.PostAsync(Path + "/resume")).Json.GetProperty("status").GetString());
        Assert.Equal(1, await ServedAsync(api));
        (await api.PostAsync(Path + "/stop")).IsProblem(400, "body-required");
        (await api.PostAsync(Path + "/stop", """{"reason":" "}""")).IsProblem(400, "invalid-request", "reason");
        var stopped = (await api.PostAsync(Path + "/stop", """{"reason":"enough"}""")).Json;
        Assert.Equal("enough", stopped.GetProperty("stopReason").GetString());
        Assert.Equal("2026-11-24T10:00:00Z", stopped.GetProperty("stoppedAt").GetString());
        Assert.Equal(0, await ServedAsync(api));
    }

    [Fact]
    public async Task Start_FullLayer_NamesWhoHoldsIt()
    {
        await using var api = new ApiHost();
        await api.DraftAsync(ApiHost.With(ApiHost.Experiment, """{"coverage":0.7}"""));
        await api.CreateAsync("/v1/experiments", ApiHost.With(ApiHost.Experiment, """{"key":"second","coverage":0.4}"""));
        await api.CreateAsync("/v1/experiments", ApiHost.With(ApiHost.Experiment, """{"key":"third","coverage":0.3}"""));
        await api.PostAsync(Path + "/start");
        var full = await api.PostAsync("/v1/experiments/second/start");
        full.IsProblem(409, "layer-full", "coverage");
        Assert.Contains("'spring-email' holds 70 %", full.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync("/v1/experiments/third/start")).Status);
        var slots = api.Catalog.State.Experiments;
        Assert.Equal([[0, 7000]], slots["spring-email"].Slots);
        Assert.Equal([[7000, 10000]], slots["third"].Slots);

        await api.PostAsync(Path + "/stop", """{"reason":"room"}""");
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync("/v1/experiments/second/start")).Status);
    }

    [Fact]
    public async Task Start_SameParameterInAnotherLayer_IsRefused()
    {
        await using var api = new ApiHost();
        await api.DraftAsync(ApiHost.With(ApiHost.Experiment, """{"coverage":0.5}"""));
        await api.CreateAsync("/v1/experiments", ApiHost.With(ApiHost.Experiment, """{"key":"second","layer":"emails","coverage":0.5}"""));
        await api.PostAsync(Path + "/start");
        (await api.PostAsync("/v1/experiments/second/start")).IsProblem(409, "layer-conflict", "layer");
    }

    [Fact]
    public async Task PlanHash_DependsOnThePlanOnly()
    {
        async Task<string> HashAsync(string patch)
        {
            await using var api = new ApiHost();
            await api.DraftAsync(ApiHost.With(ApiHost.Experiment, patch));
            return (await api.PostAsync(Path + "/start")).Json.GetProperty("planHash").GetString()!;
        }

        var plan = await HashAsync("{}");
        Assert.Equal(plan, await HashAsync("""{"coverage":0.5}"""));
        Assert.NotEqual(plan, await HashAsync("""{"decision":{"alpha":0.1}}"""));
        Assert.NotEqual(plan, await HashAsync("""{"variants":[{"key":"none","weight":1},{"key":"mens","weight":1,"value":"men"}]}"""));
    }

    [Fact]
    public async Task Restart_OnTheSameFolder_KeepsEverything()
    {
        using var folder = new Store.TemporaryFolder();
        string before;
        string head;
        await using (var api = new ApiHost(folder.Path))
        {
            await api.DraftAsync();
            await api.PostAsync(Path + "/start");
            before = (await api.GetAsync(Path)).Text;
            head = (await api.GetAsync("/v1/audit/verify")).Text;
        }

        await using var again = new ApiHost(folder.Path);
        Assert.Equal(before, (await again.GetAsync(Path)).Text);
        Assert.Equal(head, (await again.GetAsync("/v1/audit/verify")).Text);
    }

    private static async Task<int> ServedAsync(ApiHost api) =>
        (await api.GetAsync("/v1/snapshot")).Json.GetProperty("experiments").GetArrayLength();
}
