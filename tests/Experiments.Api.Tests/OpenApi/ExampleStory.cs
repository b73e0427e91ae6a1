using System.Text.Json.Nodes;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;
using Experiments.Api.Tests.Webhooks;

namespace Experiments.Api.Tests.OpenApi;

/// <summary>Every operation of the API once, in an order in which each succeeds: where the examples of the description come from.</summary>
internal sealed class ExampleStory(ApiHost api, Recorder tell, Recorder colleague, WebhookReceiver receiver)
{
    public const string Test = "green-button";

    private const string Csv = "customer,group,bought\r\nc1,as today,1\r\nc2,green,0\r\n";

    public async Task TellAsync()
    {
        await KpisAsync();
        await HypothesesAsync();
        await ExperimentsAsync();
        await ServeAsync();
        await ResultsAsync();
        await PromotionsAsync();
        await WithoutDataAsync();
        await KeysAsync();
        await WebhooksAsync();
        await EndingsAsync();
        await KnowledgeAsync();
    }

    private async Task KpisAsync()
    {
        await tell.DoAsync("createKpi", 201, body: """{"key":"purchase","name":"Purchases","type":"proportion","direction":"increase","window":"P1D","pillar":"transaction"}""");
        await api.PostAsync("/v1/kpis", """{"key":"spare","type":"mean","direction":"increase"}""", Admin);
        await tell.DoAsync("changeKpi", 200, "purchase", """{"name":"Purchases within a day"}""", type: "application/merge-patch+json");
        await tell.DoAsync("getKpi", 200, "purchase");
        await tell.DoAsync("listKpis", 200);
        await tell.DoAsync("archiveKpi", 204, "spare");
    }

    private async Task HypothesesAsync()
    {
        await tell.DoAsync("createHypothesis", 201, body:
            """
            {"key":"easier-to-see","because":"visitors overlook the grey button","change":"a green button","audience":"all visitors",
             "expect":{"kpi":"purchase","direction":"increase","lift":0.1,"confidence":0.6},"author":"marie","market":"fr","pillar":"transaction"}
            """);
        await api.PostAsync("/v1/hypotheses", """{"key":"spare","because":"b","change":"c","audience":"d","expect":{"kpi":"purchase","direction":"increase","lift":0.1,"confidence":0.6}}""", Admin);
        await tell.DoAsync("changeHypothesis", 200, "easier-to-see", """{"author":"marie.dupont"}""", type: "application/merge-patch+json");
        await tell.DoAsync("getHypothesis", 200, "easier-to-see");
        await tell.DoAsync("listHypotheses", 200);
        await tell.DoAsync("archiveHypothesis", 204, "spare");
    }

    private async Task ExperimentsAsync()
    {
        const string Body =
            """
            {"key":"green-button","hypothesis":"easier-to-see","kind":"ab","parameter":"button.colour","control":"today","primaryKpi":"purchase",
             "variants":[{"key":"today","name":"As today","weight":1,"value":null},{"key":"green","name":"Green","weight":1,"value":"#0a0"}],
             "coverage":0.9,"audience":{"all":[{"attribute":"country","in":["FR","BE"]}]},"breakdowns":["channel"],
             "decision":{"minimumDays":7,"minimumDetectableLift":0.1,"holdback":0.05}}
            """;
        await tell.DoAsync("createExperiment", 201, body: Body);
        foreach (var key in new[] { "asked", "refused", "stopped", "past", "draft" })
            await api.PostAsync("/v1/experiments", ApiHost.With(Body, $$"""{"key":"{{key}}","parameter":"{{key}}","decision":{"approval":true} }"""), Admin);
        await api.PostAsync("/v1/experiments", ApiHost.With(Body, """{"key":"hero","parameter":"hero","kind":"bandit","bandit":{} }"""), Admin);
        await tell.DoAsync("startExperiment", 200, Test, """{"at":"2026-11-24T09:00:00Z"}""");
        foreach (var key in new[] { "hero", "asked", "refused", "stopped" }) await api.PostAsync($"/v1/experiments/{key}/start", "{}", Admin);
        await api.PostAsync("/v1/experiments/past/start", """{"at":"2026-10-01T00:00:00Z"}""", Admin);
        await tell.DoAsync("changeExperiment", 200, Test, """{"coverage":1}""", type: "application/merge-patch+json");
        await tell.DoAsync("pauseExperiment", 200, Test);
        await tell.DoAsync("resumeExperiment", 200, Test);
        await tell.DoAsync("getExperiment", 200, Test);
        await tell.DoAsync("listExperiments", 200, query: "?limit=1");
        await tell.DoAsync("exportFlag", 200, Test);
        await tell.DoAsync("importFlags", 200, query: "?kpi=purchase&dryRun=true", body:
            """
            {"feature_management":{"feature_flags":[{"id":"Banner","enabled":true,
             "variants":[{"name":"off","configuration_value":false},{"name":"on","configuration_value":true}],
             "allocation":{"percentile":[{"variant":"off","from":0,"to":50},{"variant":"on","from":50,"to":100}]},"telemetry":{"enabled":true}}]}}
            """);
    }

    private async Task ServeAsync()
    {
        await tell.DoAsync("getSnapshot", 200);
        await tell.DoAsync("assign", 200, body: """{"user":"u1","attributes":{"country":"FR"},"parameters":["button.colour","hero"]}""");
        await tell.DoAsync("keepArm", 200, body: """{"experiment":"hero","user":"u1","variant":"green","epoch":0}""");
        await tell.DoAsync("evaluateFlags", 200, body: """{"context":{"targetingKey":"u1","country":"FR"}}""");
        await tell.DoAsync("evaluateFlag", 200, "button.colour", """{"context":{"targetingKey":"u1","country":"FR"}}""");
        await tell.DoAsync("collectEvents", 202, body:
            """
            {"events":[{"id":"0193-1","type":"exposure","user":"u1","experiment":"green-button","variant":"green","attributes":{"channel":"web"}},
             {"id":"0193-2","type":"kpi","user":"u1","event":"purchase","value":49.9,"channel":"web","phase":"during"}]}
            """);
        await tell.DoAsync("collectEvents", 202, type: "application/x-ndjson", body:
            "{\"id\":\"0193-3\",\"type\":\"exposure\",\"user\":\"u2\",\"experiment\":\"green-button\",\"variant\":\"today\"}\n{\"id\":\"0193-4\",\"type\":\"kpi\",\"user\":\"u2\",\"event\":\"purchase\"}\n");
        await tell.DoAsync("addAlias", 204, body: """{"user":"u1","alias":"visitor-7f3a"}""");
        await tell.DoAsync("importHistory", 200, "past", Csv, "?variant=group&user=customer&kpi=purchase:bought&complete=true", "text/csv");
        foreach (var test in new[] { Test, "asked", "refused" }) await CrowdAsync(test);
        api.Clock.Advance(TimeSpan.FromDays(1.5));
    }

    private async Task CrowdAsync(string test)
    {
        var events = Enumerable.Range(0, 600).SelectMany(i => Visit(test, i));
        Assert.Equal(202, (int)(await api.PostAsync("/v1/events", Event.Batch(events), Admin)).Status);
    }

    private static IEnumerable<Event> Visit(string test, int i)
    {
        var isGreen = i % 2 == 1;
        yield return Event.Exposure($"{test}-{i}", test, isGreen ? "green" : "today", attribute: ("channel", i % 3 == 0 ? "app" : "web"));
        if (i / 2 % (isGreen ? 5 : 8) == 0) yield return Event.Kpi($"{test}-{i}", "purchase", id: $"k/{test}/{i}");
    }

    private async Task ResultsAsync()
    {
        await tell.DoAsync("readResults", 200, Test, query: "?breakdown=channel");
        await tell.DoAsync("readHistory", 200, Test);
        await tell.DoAsync("readPolicyValue", 200, Test, """{"weights":{"today":1,"green":3},"breakdown":"channel","segments":{"app":{"green":1}}}""");
        await tell.DoAsync("readPriors", 200);
    }

    private async Task PromotionsAsync()
    {
        await tell.DoAsync("promoteVariant", 202, "refused", """{"variant":"green","reason":"it is plain to see"}""");
        await tell.DoAsync("rejectPromotion", 200, "refused", """{"reason":"the shop is rebuilt in spring"}""");
        await tell.DoAsync("promoteVariant", 202, "asked", """{"variant":"green","reason":"it is plain to see"}""");
        await tell.DoAsync("listProposedPromotions", 200);
        await colleague.DoAsync("approvePromotion", 201, "asked", """{"reason":"the figures hold"}""");
        await tell.DoAsync("promoteVariant", 201, Test, """{"variant":"green","reason":"it is plain to see"}""");
        await tell.DoAsync("listDecisions", 200, Test);
        await tell.DoAsync("getBestPractice", 200, Test);
        await tell.DoAsync("listBestPractices", 200, query: "?state=active&limit=1");
        await tell.DoAsync("retireBestPractice", 200, "asked", """{"reason":"replaced by the new shop"}""");
        await tell.DoAsync("stopExperiment", 200, "stopped", """{"reason":"the season is over"}""");
    }

    private async Task WithoutDataAsync()
    {
        await tell.DoAsync("planTest", 200, body: """{"kpi":{"type":"proportion","baseline":0.05},"variants":2,"usersPerDay":2000,"minimumDetectableLift":0.1}""");
        await tell.DoAsync("analyse", 200, body:
            """{"kpi":{"type":"proportion"},"control":"a","variants":[{"key":"a","weight":1,"users":1000,"conversions":50},{"key":"b","weight":1,"users":1000,"conversions":90}]}""");
        await tell.DoAsync("allocate", 200, body:
            """
            {"kpi":{"type":"proportion"},"control":"a","current":{"a":5000,"b":5000},
             "epochs":[{"variants":[{"key":"a","weight":1,"users":1000,"conversions":50},{"key":"b","weight":1,"users":1000,"conversions":90}]}]}
            """);
    }

    private async Task KeysAsync()
    {
        var key = (await tell.DoAsync("createKey", 201, body: """{"role":"app","name":"shop web site"}""")).GetProperty("key").GetString()!;
        await tell.DoAsync("listKeys", 200);
        await tell.DoAsync("getKey", 200, key);
        await tell.DoAsync("rotateKey", 200, key, """{"overlap":"PT1H"}""");
        await tell.DoAsync("revokeKey", 204, key);
    }

    private async Task WebhooksAsync()
    {
        await tell.DoAsync("createWebhook", 201, body: $$"""{"key":"crm","name":"Our CRM","url":"{{receiver.Url}}","events":["promoted","demoted"]}""");
        tell.Recorded["createWebhook"]!["request"]!["application/json"]!["url"] = "https://hooks.shop.example/experiments";
        await tell.DoAsync("changeWebhook", 200, "crm", """{"events":["promoted","demoted","unhealthy"]}""", type: "application/merge-patch+json");
        await tell.DoAsync("getWebhook", 200, "crm");
        await tell.DoAsync("listWebhooks", 200);
        await tell.DoAsync("testWebhook", 200, "crm");
        await api.PostAsync($"/v1/best-practices/{Test}/retire", """{"reason":"no longer true"}""", Admin);
        for (var round = 0; round < 100 && receiver.Messages.Count < 2; round++)
        {
            api.Clock.Advance(TimeSpan.FromSeconds(2));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await ApiClient.UntilAsync(
            async () => (await api.GetAsync("/v1/webhooks/crm/deliveries", Admin)).Json,
            page => page.GetProperty("items").GetArrayLength() > 0 && page.GetProperty("items")[0].GetProperty("state").GetString() == "delivered");
        await tell.DoAsync("listDeliveries", 200, "crm", query: "?limit=1");
        await tell.DoAsync("rotateWebhookSecret", 200, "crm");
    }

    private async Task EndingsAsync()
    {
        await tell.DoAsync("eraseUser", 204, "u2");
        await tell.DoAsync("archiveExperiment", 204, "draft");
        await tell.DoAsync("listAudit", 200, query: "?limit=2");
        await tell.DoAsync("verifyAudit", 200);
        await tell.DoAsync("live", 200);
        var ready = await tell.DoAsync("ready", 200);
        var degraded = JsonNode.Parse(ready.GetRawText())!;
        degraded["status"] = "unavailable";
        tell.Put("ready", 503, degraded);
    }

    private async Task KnowledgeAsync()
    {
        await tell.DoAsync("searchHypotheses", 200, query: "?q=button&limit=1");
        await tell.DoAsync("readBeliefs", 200, query: "?author=marie.dupont");
        await tell.DoAsync("readEffects", 200);
    }

    private (string, string)[] Admin { get; } = [tell.Header];
}
