using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.Experiments;

/// <summary>One service for all cases: a refused request leaves nothing behind, and each case checks that.</summary>
public sealed class CreateExperimentValidationTests(SharedApi shared) : IClassFixture<SharedApi>
{
    public static TheoryData<string, string, string> Invalid => new()
    {
        { """{"key":"Spring"}""", "invalid-request", "key" },
        { """{"key":"a\nb"}""", "invalid-request", "key" },
        { """{"hypothesis":null}""", "hypothesis-required", "hypothesis" },
        { """{"hypothesis":""}""", "hypothesis-required", "hypothesis" },
        { """{"kind":"multi"}""", "invalid-request", "kind" },
        { """{"parameter":null}""", "invalid-request", "parameter" },
        { """{"parameter":"a b"}""", "invalid-request", "parameter" },
        { """{"layer":"a/b"}""", "invalid-request", "layer" },
        { """{"control":null}""", "invalid-request", "control" },
        { """{"control":"womens"}""", "invalid-request", "control" },
        { """{"variants":null}""", "invalid-request", "variants" },
        { """{"variants":[]}""", "invalid-request", "variants" },
        { """{"variants":[null,null]}""", "invalid-request", "variants[0]" },
        { """{"variants":[{"key":"none","weight":1}]}""", "invalid-request", "variants" },
        { """{"variants":[{"key":"none","weight":1},{"key":"none","weight":1}]}""", "invalid-request", "variants[1].key" },
        { """{"variants":[{"key":"none","weight":1},{"key":"b","weight":-1}]}""", "invalid-request", "variants[1].weight" },
        { """{"variants":[{"key":"none","weight":1},{"key":"b"}]}""", "invalid-request", "variants[1].weight" },
        { """{"variants":[{"key":"none","weight":0},{"key":"b","weight":0}]}""", "invalid-request", "variants[0].weight" },
        { """{"variants":[{"key":"none","weight":0},{"key":"b","weight":1}]}""", "invalid-request", "variants[0].weight" },
        { """{"variants":[{"key":"none","weight":1e400},{"key":"b","weight":1}]}""", "wrong-type", "variants[0].weight" },
        { """{"variants":[{"key":"none","weight":"1"},{"key":"b","weight":1}]}""", "wrong-type", "variants[0].weight" },
        { """{"variants":[{"key":"none","weight":1,"colour":"red"},{"key":"b","weight":1}]}""", "unknown-member", "variants[0].colour" },
        { """{"variants":[{"key":"none","weight":1,"value":1},{"key":"b","weight":1,"value":"x"}]}""", "value-types-mixed", "variants" },
        { """{"variants":[{"key":"none","weight":1,"value":1},{"key":"b","weight":1,"value":1e400}]}""", "invalid-request", "variants[1].value" },
        { """{"variants":[{"key":"none","weight":1,"value":[1]},{"key":"b","weight":1,"value":[1e400]}]}""", "invalid-request", "variants[1].value" },
        { """{"coverage":0}""", "invalid-request", "coverage" },
        { """{"coverage":1.01}""", "invalid-request", "coverage" },
        { """{"coverage":-1}""", "invalid-request", "coverage" },
        { """{"primaryKpi":null}""", "invalid-request", "primaryKpi" },
        { """{"secondaryKpis":["visit"]}""", "invalid-request", "secondaryKpis[0]" },
        { """{"guardrails":[null]}""", "invalid-request", "guardrails[0]" },
        { """{"guardrails":[{"kpi":"visit","margin":-0.1}]}""", "invalid-request", "guardrails[0].margin" },
        { """{"guardrails":[{"kpi":"visit"},{"kpi":"visit"}]}""", "invalid-request", "guardrails" },
        { """{"breakdowns":["a","a"]}""", "invalid-request", "breakdowns" },
        { """{"breakdowns":[""]}""", "invalid-request", "breakdowns[0]" },
        { """{"bandit":{}}""", "invalid-request", "bandit" },
        { """{"kind":"ab","bandit":{"floor":0.1}}""", "invalid-request", "bandit" },
        { """{"kind":"bandit","bandit":{"updateEvery":"soon"}}""", "invalid-request", "bandit.updateEvery" },
        { """{"kind":"bandit","bandit":{"updateEvery":"PT0S"}}""", "invalid-request", "bandit.updateEvery" },
        { """{"kind":"bandit","bandit":{"floor":0.9}}""", "invalid-request", "bandit.floor" },
        { """{"kind":"bandit","bandit":{"controlShare":1}}""", "invalid-request", "bandit.controlShare" },
        { """{"kind":"bandit","bandit":{"maximumMove":0}}""", "invalid-request", "bandit.maximumMove" },
        { """{"decision":{"alpha":0}}""", "invalid-request", "decision.alpha" },
        { """{"decision":{"alpha":1}}""", "invalid-request", "decision.alpha" },
        { """{"decision":{"minimumDetectableLift":0}}""", "invalid-request", "decision.minimumDetectableLift" },
        { """{"decision":{"horizonUsers":-1}}""", "invalid-request", "decision.horizonUsers" },
        { """{"decision":{"baseline":0}}""", "invalid-request", "decision.baseline" },
        { """{"decision":{"minimumDays":-1}}""", "invalid-request", "decision.minimumDays" },
        { """{"decision":{"minimumDays":1.5}}""", "wrong-type", "decision.minimumDays" },
        { """{"decision":{"cycleDays":-1}}""", "invalid-request", "decision.cycleDays" },
        { """{"decision":{"holdback":0.51}}""", "invalid-request", "decision.holdback" },
        { """{"decision":{"escalatedHoldback":0.51}}""", "invalid-request", "decision.escalatedHoldback" },
        { """{"decision":{"reviewAfterDays":0}}""", "invalid-request", "decision.reviewAfterDays" },
        { """{"decision":{"autoPromote":"yes"}}""", "wrong-type", "decision.autoPromote" },
        { """{"decision":{"power":0.8}}""", "unknown-member", "decision.power" },
        { """{"audience":{}}""", "invalid-request", "audience" },
        { """{"audience":{"all":[]}}""", "invalid-request", "audience.all" },
        { """{"audience":{"all":[null]}}""", "invalid-request", "audience.all[0]" },
        { """{"audience":{"all":[{"attribute":"a","equals":1}],"any":[{"attribute":"a","equals":1}]}}""", "invalid-request", "audience" },
        { """{"audience":{"attribute":"a"}}""", "invalid-request", "audience" },
        { """{"audience":{"attribute":"a","equals":1,"atLeast":2}}""", "invalid-request", "audience" },
        { """{"audience":{"equals":1}}""", "invalid-request", "audience" },
        { """{"audience":{"not":{"attribute":"","exists":true}}}""", "invalid-request", "audience.not.attribute" },
        { """{"audience":{"any":[{"attribute":"a","in":[]}]}}""", "invalid-request", "audience.any[0].in" },
        { """{"audience":{"attribute":"a","in":[1,"x"]}}""", "invalid-request", "audience.in" },
        { """{"audience":{"attribute":"a","notIn":[[1]]}}""", "invalid-request", "audience.notIn" },
        { """{"audience":{"attribute":"a","equals":{}}}""", "invalid-request", "audience.equals" },
        { """{"audience":{"attribute":"a","atLeast":"x"}}""", "wrong-type", "audience.atLeast" },
        { """{"audience":{"attribute":"a","like":"x"}}""", "unknown-member", "audience.like" },
        { """{"status":"running"}""", "unknown-member", "status" },
    };

    [Theory, MemberData(nameof(Invalid))]
    public async Task Create_Invalid_NamesTheField(string patch, string code, string field)
    {
        var api = shared.Api;
        // By text, so that numbers such as 1e400 arrive as they are written.
        var patched = System.Text.Json.Nodes.JsonNode.Parse(patch)!.AsObject().First();
        var rest = ApiHost.With(ApiHost.Experiment, $$"""{"{{patched.Key}}":null}""");
        (await api.PostAsync("/v1/experiments", rest[..^1] + "," + patch[1..])).IsProblem(400, code, field);
        Assert.Empty(api.Catalog.State.Experiments);
    }
}
