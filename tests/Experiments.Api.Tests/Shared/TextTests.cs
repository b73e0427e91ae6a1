using System.Text.Json;
using System.Text.Json.Nodes;

namespace Experiments.Api.Tests.Common;

/// <summary>Texts that people write: kept to the letter, whatever a page would make of them; and what is no text is told.</summary>
public sealed class TextTests
{
    // Markup, quotes, right-to-left text with marks and an override, a character outside the basic plane.
    private const string Script = "<script>alert(1)</script> \"'&\\ שלום \u200fعليكم\u202e 🎉";
    private const string Unit = "<b>€</b> \u202e\u05e9";

    [Fact]
    public async Task Definitions_WithScriptInEveryText_AreReadBackToTheLetter()
    {
        await using var api = new ApiHost();
        var kpi = Body(ApiHost.Kpi, ("name", Script), ("event", Script), ("covariate", Script), ("unit", Unit));
        var hypothesis = Body(ApiHost.Hypothesis,
            ("because", Script), ("change", Script), ("audience", Script), ("author", Script), ("market", Script), ("channel", Script));
        var experiment = Body(ApiHost.Experiment);
        foreach (var variant in experiment["variants"]!.AsArray()) variant!["name"] = Script;
        experiment["variants"]![1]!["value"] = Script;
        experiment["breakdowns"] = new JsonArray(Script);
        experiment["audience"] = JsonNode.Parse("""{"any":[{"attribute":"a","equals":""},{"attribute":"a","in":[""]},{"attribute":"a","contains":""}]}""");
        foreach (var (condition, name) in experiment["audience"]!["any"]!.AsArray().Zip(["equals", "in", "contains"]))
        {
            condition!["attribute"] = Script;
            condition[name] = name == "in" ? new JsonArray(Script) : Script;
        }

        await IsKeptAsync(api, "/v1/kpis", kpi);
        await IsKeptAsync(api, "/v1/hypotheses", hypothesis);
        await IsKeptAsync(api, "/v1/experiments", experiment);
        await api.PostAsync("/v1/experiments/spring-email/start");
        await api.PostAsync("/v1/experiments/spring-email/stop", new JsonObject { ["reason"] = Script }.ToJsonString());
        Assert.Equal(Script, (await api.GetAsync("/v1/audit")).Json.GetProperty("items").EnumerateArray().Last().GetProperty("reason").GetString());
        Assert.True((await api.GetAsync("/v1/audit/verify")).Json.GetProperty("valid").GetBoolean());
    }

    [Theory]
    [InlineData("/v1/kpis", """{"key":"k","name":"BAD","type":"mean","direction":"increase"}""")]
    [InlineData("/v1/kpis", """{"key":"k","event":"BAD","type":"mean","direction":"increase"}""")]
    [InlineData("/v1/kpis", """{"key":"BAD","type":"mean","direction":"increase"}""")]
    [InlineData("/v1/kpis", """{"key":"k","type":"BAD","direction":"increase"}""")]
    [InlineData("/v1/kpis", """{"BAD":1}""")]
    [InlineData("/v1/hypotheses", """{"key":"h","because":"BAD","change":"c","audience":"d","expect":{"kpi":"visit","direction":"increase","lift":0.1,"confidence":0.7}}""")]
    [InlineData("/v1/hypotheses", """{"key":"h","because":"b","change":"c","audience":"d","expect":{"kpi":"BAD","direction":"increase","lift":0.1,"confidence":0.7}}""")]
    [InlineData("/v1/experiments", """{"key":"e","hypothesis":"men-buy-again","parameter":"p","control":"a","primaryKpi":"visit","variants":[{"key":"a","weight":1,"value":"x"},{"key":"b","weight":1,"value":"BAD"}]}""")]
    [InlineData("/v1/experiments", """{"key":"e","hypothesis":"men-buy-again","parameter":"p","control":"a","primaryKpi":"visit","variants":[{"key":"a","weight":1,"value":null},{"key":"b","weight":1,"value":{"a":[{"BAD":1}]}}]}""")]
    [InlineData("/v1/experiments", """{"key":"e","hypothesis":"men-buy-again","parameter":"p","control":"a","primaryKpi":"visit","variants":[{"key":"a","name":"BAD","weight":1},{"key":"b","weight":1}]}""")]
    [InlineData("/v1/experiments", """{"key":"e","hypothesis":"men-buy-again","parameter":"p","control":"a","primaryKpi":"visit","variants":[{"key":"a","weight":1},{"key":"b","weight":1}],"audience":{"attribute":"c","in":["BAD"]}}""")]
    [InlineData("/v1/experiments", """{"key":"e","hypothesis":"men-buy-again","parameter":"p","control":"a","primaryKpi":"visit","variants":[{"key":"a","weight":1},{"key":"b","weight":1}],"audience":{"attribute":"c","equals":"BAD"}}""")]
    [InlineData("/v1/experiments", """{"key":"e","hypothesis":"men-buy-again","parameter":"p","control":"a","primaryKpi":"visit","variants":[{"key":"a","weight":1},{"key":"b","weight":1}],"breakdowns":["BAD"]}""")]
    [InlineData("/v1/experiments/spring-email/stop", """{"reason":"BAD"}""")]
    [InlineData("/v1/assignments", """{"user":"BAD"}""")]
    [InlineData("/v1/assignments", """{"user":"u","attributes":{"country":"BAD"}}""")]
    [InlineData("/v1/assignments", """{"user":"u","attributes":{"BAD":"x"}}""")]
    [InlineData("/v1/assignments", """{"user":"u","parameters":["BAD"]}""")]
    [InlineData("/v1/identities/aliases", """{"user":"u","alias":"BAD"}""")]
    [InlineData("/v1/keys", """{"role":"viewer","name":"BAD"}""")]
    [InlineData("PATCH /v1/hypotheses/men-buy-again", """{"because":"BAD"}""")]
    [InlineData("PATCH /v1/experiments/spring-email", """{"variants":[{"key":"none","weight":1,"value":null},{"key":"mens","weight":1,"value":"BAD"}]}""")]
    public async Task HalfASurrogatePair_IsTheCallersError(string route, string body)
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        foreach (var bad in new[] { "\\ud800", "x\\udc00y", "\\udc00\\ud800" })
        {
            var text = body.Replace("BAD", bad, StringComparison.Ordinal);
            var answer = route.Split(' ') is [_, var path] ? await api.PatchAsync(path, text) : await api.PostAsync(route, text);
            Assert.True((int)answer.Status == 400, $"{bad}: {(int)answer.Status} {answer.Text}");
        }
    }

    private static JsonObject Body(string json, params (string Name, string Text)[] texts)
    {
        var body = JsonNode.Parse(json)!.AsObject();
        foreach (var (name, text) in texts) body[name] = text;
        return body;
    }

    private static async Task IsKeptAsync(ApiHost api, string path, JsonObject body)
    {
        var created = await api.CreateAsync(path, body.ToJsonString());
        var read = await api.GetAsync($"{path}/{body["key"]}");
        Assert.StartsWith("application/json", read.Headers["Content-Type"], StringComparison.Ordinal);
        foreach (var answer in new[] { created, read.Json }) AreKept(body, answer, path);
    }

    /// <summary>Every text of what was sent stands in the answer, at its place.</summary>
    private static void AreKept(JsonNode sent, JsonElement answer, string at)
    {
        if (sent is JsonObject members)
        {
            foreach (var (name, value) in members.Where(m => m.Value is not null)) AreKept(value!, answer.GetProperty(name), $"{at}.{name}");
        }
        else if (sent is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++) AreKept(items[i]!, answer[i], $"{at}[{i}]");
        }
        else if (sent.GetValueKind() == JsonValueKind.String)
        {
            Assert.True(sent.GetValue<string>() == answer.GetString(), $"{at}: {answer.GetRawText()}");
        }
    }
}
