using System.Net;
using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.Experiments;

public sealed class CreateExperimentTests
{
    [Theory]
    [InlineData("""{"hypothesis":"nobody-believes"}""", "unknown-hypothesis", "hypothesis")]
    [InlineData("""{"primaryKpi":"nothing"}""", "unknown-kpi", "primaryKpi")]
    [InlineData("""{"secondaryKpis":["nothing"]}""", "unknown-kpi", "secondaryKpis[0]")]
    [InlineData("""{"guardrails":[{"kpi":"visit"},{"kpi":"nothing"}]}""", "unknown-kpi", "guardrails[1].kpi")]
    public async Task Create_UnknownReference_Is422(string patch, string code, string field)
    {
        await using var api = new ApiHost();
        await api.CreateAsync("/v1/kpis", ApiHost.Kpi);
        await api.CreateAsync("/v1/hypotheses", ApiHost.Hypothesis);
        (await api.PostAsync("/v1/experiments", ApiHost.With(ApiHost.Experiment, patch))).IsProblem(422, code, field);
    }

    [Fact]
    public async Task Create_ControlNotAmongTheVariants_ListsTheKeys()
    {
        await using var api = new ApiHost();
        var answer = await api.PostAsync("/v1/experiments", ApiHost.With(ApiHost.Experiment, """{"control":"womens"}"""));
        Assert.Equal("must be one of the variants: none, mens", answer.Json.GetProperty("errors").GetProperty("control")[0].GetString());
    }

    [Fact]
    public async Task Create_Minimal_EchoesDefaults()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        var answer = await api.GetAsync("/v1/experiments/spring-email");
        Assert.Equal("\"1\"", answer.Headers["ETag"]);
        Assert.Equal(
            """
            {"key":"spring-email","hypothesis":"men-buy-again","kind":"ab","parameter":"email.spring","layer":null,"control":"none","variants":[{"key":"none","name":null,"weight":1,"value":null},{"key":"mens","name":null,"weight":1,"value":"mens"}],"coverage":1,"audience":null,"primaryKpi":"visit","secondaryKpis":[],"guardrails":[],"breakdowns":[],"decision":{"alpha":0.05,"minimumDetectableLift":0.1,"horizonUsers":null,"baseline":null,"minimumDays":7,"cycleDays":7,"minimumUsersPerVariant":100,"maximumRelativeLoss":0.01,"autoPromote":true,"approval":false,"holdback":0.05,"escalatedHoldback":0.25,"reviewAfterDays":90},"bandit":null,"learnedPrior":false,"status":"draft","version":1,"archived":false,"createdAt":"2026-11-24T10:00:00Z","startedAt":null,"stoppedAt":null,"stopReason":null,"planHash":null,"promotedVariant":null,"allocation":{"none":0.5,"mens":0.5},"epochs":[]}
            """,
            answer.Text);
    }

    [Fact]
    public async Task Create_Bandit_HasItsDefaultsAndTwoWeeks()
    {
        await using var api = new ApiHost();
        await api.DraftAsync(ApiHost.With(ApiHost.Experiment, """{"kind":"bandit"}"""));
        var json = (await api.GetAsync("/v1/experiments/spring-email")).Json;
        Assert.Equal(14, json.GetProperty("decision").GetProperty("minimumDays").GetInt32());
        Assert.Equal(
            """{"updateEvery":"PT1H","floor":0.01,"controlShare":0.2,"maximumMove":0.2,"burnInUsersPerVariant":100,"priorLogSd":0.3,"halfLifeDays":null}""",
            json.GetProperty("bandit").GetRawText());
    }

    [Fact]
    public async Task Create_ContractExample_IsTaken()
    {
        await using var api = new ApiHost();
        foreach (var kpi in new[] { "visit", "spend", "unsubscribe" })
            await api.CreateAsync("/v1/kpis", ApiHost.With(ApiHost.Kpi, $$"""{"key":"{{kpi}}"}"""));
        await api.CreateAsync("/v1/hypotheses", ApiHost.Hypothesis);
        const string body =
            """
            {"key":"spring-email","hypothesis":"men-buy-again","kind":"bandit","parameter":"email.spring","layer":null,"control":"none",
             "variants":[{"key":"none","name":"No E-Mail","weight":1,"value":null},{"key":"mens","name":"Mens E-Mail","weight":1,"value":"mens"}],
             "coverage":1.0,"audience":{"all":[{"attribute":"country","in":["FR","BE"]}]},
             "primaryKpi":"visit","secondaryKpis":["spend"],"guardrails":[{"kpi":"unsubscribe","margin":0.02}],"breakdowns":["channel"],
             "decision":{"alpha":0.05,"minimumDetectableLift":0.1,"horizonUsers":null,"baseline":null,"minimumDays":7,"cycleDays":7,"minimumUsersPerVariant":100,"maximumRelativeLoss":0.01,
               "autoPromote":true,"approval":false,"holdback":0.05,"escalatedHoldback":0.25,"reviewAfterDays":90},
             "bandit":{"updateEvery":"PT1H","floor":0.01,"controlShare":0.2,"maximumMove":0.2,"burnInUsersPerVariant":100,"priorLogSd":0.3,"halfLifeDays":null}}
            """;
        var created = await api.CreateAsync("/v1/experiments", body);
        Assert.Equal("""{"all":[{"attribute":"country","in":["FR","BE"]}]}""", created.GetProperty("audience").GetRawText());
    }

    [Fact]
    public async Task Create_Twice_Is409()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        (await api.PostAsync("/v1/experiments", ApiHost.Experiment)).IsProblem(409, "experiment-exists");
    }

    [Fact]
    public async Task Create_AudienceTooLarge_IsRefused()
    {
        await using var api = new ApiHost();
        var many = string.Join(",", Enumerable.Repeat("""{"attribute":"a","exists":true}""", 101));
        (await api.PostAsync("/v1/experiments", ApiHost.With(ApiHost.Experiment, $$$"""{"audience":{"all":[{{{many}}}]}}""")))
            .IsProblem(400, "invalid-request", "audience");
        var deep = string.Concat(Enumerable.Repeat("""{"not":""", 8)) + """{"attribute":"a","exists":true}""" + new string('}', 8);
        (await api.PostAsync("/v1/experiments", ApiHost.With(ApiHost.Experiment, $$"""{"audience":{{deep}}}"""))).IsProblem(400, "invalid-request");
        var values = string.Join(",", Enumerable.Range(0, 10_001));
        (await api.PostAsync("/v1/experiments", ApiHost.With(ApiHost.Experiment, $$$"""{"audience":{"attribute":"a","in":[{{{values}}}]}}""")))
            .IsProblem(400, "invalid-request", "audience.in");
    }

    [Fact]
    public async Task List_IsPagedOldestFirstAndHidesArchived()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        for (var i = 0; i < 4; i++)
            await api.CreateAsync("/v1/experiments", ApiHost.With(ApiHost.Experiment, $$"""{"key":"e{{i}}"}"""));
        Assert.Equal(HttpStatusCode.NoContent, (await api.DeleteAsync("/v1/experiments/e1")).Status);

        List<string> keys = [];
        string? next = "";
        while (next is not null)
        {
            var page = (await api.GetAsync("/v1/experiments?limit=2" + (next.Length > 0 ? "&cursor=" + next : ""))).Json;
            keys.AddRange(page.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("key").GetString()!));
            next = page.GetProperty("next").GetString();
        }

        Assert.Equal(["e0", "e2", "e3", "spring-email"], keys);
        Assert.Equal(5, (await api.GetAsync("/v1/experiments?archived=true")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(0, (await api.GetAsync("/v1/experiments?status=running")).Json.GetProperty("items").GetArrayLength());
        (await api.GetAsync("/v1/experiments?status=walking")).IsProblem(400, "invalid-parameter", "status");
        Assert.True((await api.GetAsync("/v1/experiments/e1")).Json.GetProperty("archived").GetBoolean());
    }
}
