using System.Net;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Promotion;

/// <summary>What a bandit refuses, in words that say what would be right; and one step of it without stored data.</summary>
public sealed class BanditInputTests
{
    [Theory]
    [InlineData("""{"variants":[{"key":"grey","weight":1},{"key":"green","weight":0}]}""", "variants")]
    [InlineData("""{"bandit":{"floor":0.4}}""", "bandit.floor")]
    [InlineData("""{"bandit":{"floor":0.3,"controlShare":0.1}}""", "bandit.controlShare")]
    [InlineData("""{"bandit":{"budgetPerUser":1}}""", "bandit.budgetPerUser")]
    [InlineData("""{"kind":"ab","variants":[{"key":"grey","weight":1},{"key":"green","weight":1,"cost":2}]}""", "variants[1].cost")]
    [InlineData("""{"decision":{"holdback":0.6}}""", "decision.holdback")]
    [InlineData("""{"decision":{"holdback":0.3,"escalatedHoldback":0.2}}""", "decision.escalatedHoldback")]
    [InlineData("""{"decision":{"warn":1}}""", "decision.warn")]
    public async Task Create_WhatDoesNotFit_IsRefusedWithItsField(string changes, string field)
    {
        await using var host = new ApiHost();
        await host.CreateAsync("/v1/kpis", BanditTests.Kpi);
        await host.CreateAsync("/v1/hypotheses",
            """{"key":"h","because":"b","change":"c","audience":"d","expect":{"kpi":"order","direction":"increase","lift":0.3,"confidence":0.7}}""");
        (await host.PostAsync("/v1/experiments", ApiHost.With(BanditTests.Bandit, changes))).IsProblem(400, "invalid-request", field);
    }

    [Fact]
    public async Task Create_CostOfAKpiWithoutUnit_IsRefusedAndWithOneTaken()
    {
        await using var host = new ApiHost();
        await host.CreateAsync("/v1/kpis", BanditTests.Kpi);
        await host.CreateAsync("/v1/kpis", """{"key":"sale","type":"proportion","direction":"increase","unit":"EUR","valuePerConversion":20}""");
        await host.CreateAsync("/v1/hypotheses",
            """{"key":"h","because":"b","change":"c","audience":"d","expect":{"kpi":"order","direction":"increase","lift":0.3,"confidence":0.7}}""");
        var priced = ApiHost.With(BanditTests.Bandit, """{"variants":[{"key":"grey","weight":1},{"key":"green","weight":1,"cost":2}],"bandit":{"budgetPerUser":1}}""");
        (await host.PostAsync("/v1/experiments", priced)).IsProblem(422, "cost-without-unit", "primaryKpi");
        Assert.Equal(HttpStatusCode.Created, (await host.PostAsync("/v1/experiments", ApiHost.With(priced, """{"primaryKpi":"sale"}"""))).Status);
    }

    [Fact]
    public async Task Change_OfARunningBandit_TakesAnArmOutAndBringsItBackAtTheFloor()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await BanditTests.DefineAsync(api);
        const string Variants = """{"variants":[{"key":"grey","weight":1,"value":null},{"key":"green","weight":1,"value":"green"},{"key":"red","weight":R,"value":"red"}]}""";
        (await host.PatchAsync("/v1/experiments/button", Variants.Replace("R", "3", StringComparison.Ordinal))).IsProblem(409, "bandit-moves-its-weights", "variants[2].weight");
        var without = await api.PatchAsync("/v1/experiments/button", Variants.Replace("R", "0", StringComparison.Ordinal));
        Assert.Equal(0, without.GetProperty("allocation").Number("red"));
        Assert.Equal(0.5, without.GetProperty("allocation").Number("green"), 3);
        var back = await api.PatchAsync("/v1/experiments/button", Variants.Replace("R", "1", StringComparison.Ordinal));
        Assert.Equal(0.01, back.GetProperty("allocation").Number("red"), 9);
    }

    [Fact]
    public async Task Promote_ByHandOfAnArmThatAGuardrailStopped_IsRefused()
    {
        await using var host = new ApiHost();
        var api = new ApiClient(host.CreateClient());
        await BanditTests.DefineAsync(api, """{"guardrails":[{"kpi":"refund","margin":0.02}]}""");
        var at = host.Clock.GetUtcNow();
        host.Jump(TimeSpan.FromHours(4));
        var users = Enumerable.Range(0, 1500).ToList();
        await api.EventsAsync(users.SelectMany(i =>
        {
            var (arm, name) = (i % 3, $"u{i}");
            var exposure = Event.Exposure(name, "button", arm switch { 0 => "grey", 1 => "green", _ => "red" }, at.AddSeconds(i));
            var order = i % 10 == 0 ? [Event.Kpi(name, "order", at: at.AddSeconds(i + 60))] : Array.Empty<Event>();
            var refund = (arm == 2 ? i % 2 == 0 : i % 20 == 1) ? [Event.Kpi(name, "refund", at: at.AddSeconds(i + 60))] : Array.Empty<Event>();
            return (IEnumerable<Event>)[exposure, .. order, .. refund];
        }));
        var decisions = await ApiClient.UntilAsync(
            () => api.GetAsync("/v1/experiments/button/decisions"), d => d.GetProperty("items").EnumerateArray().Any(i => i.Text("action") == "freeze"),
            () => host.Clock.Advance(TimeSpan.FromSeconds(20)));
        var freeze = decisions.GetProperty("items").EnumerateArray().First(i => i.Text("action") == "freeze");
        Assert.Equal("red", freeze.GetProperty("evidence").Text("variant"));
        var results = await api.ResultsAsync("button");
        Assert.Equal("running", results.Text("status"));
        Assert.Equal(0, results.GetProperty("allocation").Number("red"));
        Assert.Equal("red", Assert.Single(results.GetProperty("bandit").GetProperty("inactive").EnumerateArray()).GetString());
        Assert.Equal(0, results.Kpi("order").GetProperty("probabilityBest").Number("red"));
        (await host.PostAsync("/v1/experiments/button/promotions", """{"variant":"red","reason":"I like it"}""")).IsProblem(409, "variant-stopped");
        (await host.PostAsync("/v1/experiments/button/promotions", """{"variant":"blue","reason":"I like it"}""")).IsProblem(422, "unknown-variant", "variant");
    }

    [Fact]
    public async Task Allocate_OneStep_IsThatOfTheSpecification()
    {
        await using var host = new ApiHost();
        var answer = await host.PostAsync("/v1/allocations",
            """
            {"kpi":{"type":"proportion","direction":"increase"},"control":"a","current":{"a":5000,"b":5000},
             "epochs":[{"variants":[{"key":"a","weight":1,"users":1000,"conversions":50},{"key":"b","weight":1,"users":1000,"conversions":90}]}]}
            """);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("moved", answer.Json.Text("reason"));
        Assert.Equal(3000, answer.Json.GetProperty("buckets").GetProperty("a").GetInt32());
        Assert.Equal(7000, answer.Json.GetProperty("buckets").GetProperty("b").GetInt32());
        Assert.InRange(answer.Json.GetProperty("probabilityBest").Number("b"), 0.99, 1);

        var burnIn = await host.PostAsync("/v1/allocations", """{"kpi":{"type":"mean"},"control":"a","current":{"a":2000,"b":8000},"inactive":["b"],"epochs":[]}""");
        Assert.Equal("oneArm", burnIn.Json.Text("reason"));
        Assert.Equal(10_000, burnIn.Json.GetProperty("buckets").GetProperty("a").GetInt32());
        Assert.True(burnIn.Json.GetProperty("probabilityBest").IsNull("a"));
    }

    [Theory]
    [InlineData("""{"kpi":{"type":"proportion"},"control":"a","current":{"a":10000}}""", "current")]
    [InlineData("""{"kpi":{"type":"proportion"},"control":"c","current":{"a":5000,"b":5000}}""", "control")]
    [InlineData("""{"kpi":{"type":"ratio"},"control":"a","current":{"a":5000,"b":5000}}""", "kpi.type")]
    [InlineData("""{"kpi":{"type":"mean"},"control":"a","current":{"a":5000,"b":5000},"bandit":{"floor":0.2,"controlShare":0.1}}""", "bandit.controlShare")]
    [InlineData("""{"kpi":{"type":"mean"},"control":"a","current":{"a":5000,"b":5000},"epochs":[{"variants":[{"key":"z","users":1,"sum":1,"sumOfSquares":1}]}]}""", "epochs[0].variants[0].key")]
    [InlineData("""{"kpi":{"type":"proportion"},"control":"a","current":{"a":5000,"b":5000},"epochs":[{"variants":[{"key":"a","users":10}]}]}""", "epochs[0].variants[0].conversions")]
    public async Task Allocate_WhatDoesNotFit_IsRefusedWithItsField(string body, string field)
    {
        await using var host = new ApiHost();
        (await host.PostAsync("/v1/allocations", body)).IsProblem(400, "invalid-request", field);
    }
}
