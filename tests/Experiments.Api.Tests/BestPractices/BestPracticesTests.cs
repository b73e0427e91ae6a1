using System.Net;
using System.Text.Json;
using Experiments.Api.BestPractices;
using Experiments.Api.Catalog;
using Experiments.Api.Tests.Common;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Api.Tests.BestPractices;

public sealed class BestPracticesTests
{
    [Fact]
    public async Task Get_Promoted_ShowsEvidenceAndScope()
    {
        await using var api = new ApiHost();
        await PromoteAsync(api, "spring-mens", "FR");
        var text = (await api.GetAsync("/v1/best-practices/spring-mens")).Text;
        Assert.StartsWith(
            """{"key":"spring-mens","parameter":"email.spring","value":"mens","holdbackValue":null,"state":"active","scope":{"market":"FR","channel":null,"phase":null,"audience":null},"holdback":0.05,"validFrom":"2026-11-24T10:00:00Z","reviewBy":"2027-02-22T10:00:00Z","pillar":"relation","retiredReason":null,"version":1,"evidence":[{"experiment":"spring-email","variant":"mens","kpi":"visit","relativeLift":0.7,"lower":0.6,"upper":0.8,"probabilityBeatsControl":1,"logEvidence":250.1,"users":42000,"planHash":"abc"}],"live":{"kpi":"visit","asOf":"2026-11-24T10:00:00Z","practice":{"users":0,"conversions":0,"mean":null},"holdback":{"users":0,"conversions":0,"mean":null},"relativeLift":null,"probabilityPracticeBeatsHoldback":null,"credibleInterval":null,""",
            text, StringComparison.Ordinal);

        // A holdback of nobody says nothing yet, in words too.
        var live = JsonDocument.Parse(text).RootElement.GetProperty("live");
        Assert.Equal(0, live.GetProperty("harm").GetProperty("logStatistic").GetDouble());
        Assert.Equal(JsonValueKind.Null, live.GetProperty("money").ValueKind);
        Assert.Contains("too few users", live.GetProperty("statement").GetProperty("en").GetString(), StringComparison.Ordinal);
        Assert.Contains("trop petit", live.GetProperty("statement").GetProperty("fr").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("parameter=email.spring", 2)]
    [InlineData("parameter=email", 0)]
    [InlineData("state=active", 2)]
    [InlineData("state=retired", 0)]
    [InlineData("market=fr", 1)]
    [InlineData("pillar=relation", 2)]
    [InlineData("pillar=community", 0)]
    [InlineData("q=MENS", 2)]
    [InlineData("q=spring-email&market=BE", 1)]
    [InlineData("q=nothing", 0)]
    public async Task List_Filters_FindWhatFits(string query, int count)
    {
        await using var api = new ApiHost();
        await PromoteAsync(api, "spring-mens", "FR");
        await PromoteAsync(api, "autumn-mens", "BE");
        var page = (await api.GetAsync("/v1/best-practices?" + query)).Json;
        Assert.Equal(count, page.GetProperty("items").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, page.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task List_UnknownState_IsRefused()
    {
        await using var api = new ApiHost();
        (await api.GetAsync("/v1/best-practices?state=old")).IsProblem(400, "invalid-parameter", "state");
    }

    [Fact]
    public async Task Retire_Active_LeavesTheSnapshotWithItsReason()
    {
        await using var api = new ApiHost();
        await PromoteAsync(api, "spring-mens", "FR");
        var served = (await api.GetAsync("/v1/snapshot")).Json.GetProperty("bestPractices")[0];
        Assert.Equal(500, served.GetProperty("holdbackBuckets").GetInt32());
        // Its scope is a market: who is elsewhere, or does not say where he is, keeps the app's default.
        foreach (var elsewhere in new[] { "{}", """{"market":"BE"}""" })
        {
            var other = (await api.PostAsync("/v1/assignments", $$"""{"user":"u1","attributes":{{elsewhere}}}""")).Json.GetProperty("assignments")[0];
            Assert.Equal("none", other.GetProperty("source").GetString());
        }

        var assigned = (await api.PostAsync("/v1/assignments", """{"user":"u1","attributes":{"market":"FR"}}""")).Json.GetProperty("assignments")[0];
        Assert.Equal("bestPractice", assigned.GetProperty("source").GetString());
        Assert.Equal("spring-mens", assigned.GetProperty("bestPractice").GetString());

        (await api.PostAsync("/v1/best-practices/spring-mens/retire", "{}")).IsProblem(400, "invalid-request", "reason");
        var retired = await api.PostAsync("/v1/best-practices/spring-mens/retire", """{"reason":"season over"}""");
        Assert.Equal(HttpStatusCode.OK, retired.Status);
        Assert.Equal("retired", retired.Json.GetProperty("state").GetString());
        Assert.Equal("season over", retired.Json.GetProperty("retiredReason").GetString());
        Assert.Equal("\"2\"", retired.Headers["ETag"]);
        Assert.Equal(0, (await api.GetAsync("/v1/snapshot")).Json.GetProperty("bestPractices").GetArrayLength());
        (await api.PostAsync("/v1/best-practices/spring-mens/retire", """{"reason":"again"}""")).IsProblem(409, "wrong-state");
        (await api.PostAsync("/v1/best-practices/none/retire", """{"reason":"x"}""")).IsProblem(404, "best-practice-not-found");
    }

    [Fact]
    public async Task Get_WithWhoMeasures_ShowsLive()
    {
        await using var api = new ApiHost();
        await using var measured = api.WithWebHostBuilder(b => b.ConfigureTestServices(services => services.AddSingleton<PracticeLive>(
            (practice, _) => ValueTask.FromResult<JsonElement?>(JsonSerializer.SerializeToElement(new { users = practice.Key.Length })))));
        using var client = measured.CreateClient();
        await measured.Services.GetRequiredService<CatalogStore>().CommitAsync("decider", _ => Promotion("spring-mens", "FR"), TestContext.Current.CancellationToken);
        var answer = await ApiHost.SendAsync(client, HttpMethod.Get, "/v1/best-practices/spring-mens", null, "application/json");
        Assert.Equal(11, answer.Json.GetProperty("live").GetProperty("users").GetInt32());
    }

    [Fact]
    public async Task Decisions_OfAnExperiment_AreListedOldestFirst()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        Assert.Equal("""{"items":[],"next":null}""", (await api.GetAsync("/v1/experiments/spring-email/decisions")).Text);
        await api.Catalog.CommitAsync("decider", _ => new CatalogChange("experiment.freeze", "", Decision(1)), TestContext.Current.CancellationToken);
        await api.Catalog.CommitAsync("decider", _ => new CatalogChange("experiment.promote", "", Decision(2)), TestContext.Current.CancellationToken);
        var page = (await api.GetAsync("/v1/experiments/spring-email/decisions?limit=1")).Json;
        Assert.Equal(
            """{"at":"2026-11-24T10:00:01Z","action":"promote","by":"decider","reason":"r","evidence":{"n":1}}""",
            page.GetProperty("items")[0].GetRawText());
        var next = (await api.GetAsync("/v1/experiments/spring-email/decisions?cursor=" + page.GetProperty("next").GetString())).Json;
        Assert.Equal(2, Assert.Single(next.GetProperty("items").EnumerateArray().ToList()).GetProperty("evidence").GetProperty("n").GetInt32());
    }

    private static Decision Decision(int number) => new()
    {
        Key = $"spring-email/{number}",
        Experiment = "spring-email",
        At = new DateTimeOffset(2026, 11, 24, 10, 0, number, TimeSpan.Zero),
        Action = "promote",
        By = "decider",
        Reason = "r",
        Evidence = JsonSerializer.SerializeToElement(new { n = number }),
    };

    private static async Task PromoteAsync(ApiHost api, string key, string market) =>
        await api.Catalog.CommitAsync("decider", _ => Promotion(key, market), TestContext.Current.CancellationToken);

    private static CatalogChange Promotion(string key, string market)
    {
        var now = new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
        return new CatalogChange("best-practice.promote", "evidence", new BestPractice
        {
            Key = key,
            Parameter = "email.spring",
            Value = JsonSerializer.SerializeToElement("mens"),
            State = PracticeState.Active,
            Scope = new PracticeScope(market, null, null, null),
            Holdback = 0.05,
            Salt = $"practice/1/{key}",
            ValidFrom = now,
            ReviewBy = now.AddDays(90),
            Evidence = [new PracticeEvidence("spring-email", "mens", "visit", 0.7, 0.6, 0.8, 1, 250.1, 42_000, "abc")],
            Pillar = "relation",
            Kpi = new Kpi { Key = "visit", Type = "proportion", Event = "visit", Direction = "increase", Window = "P7D", CreatedAt = now },
        });
    }
}
