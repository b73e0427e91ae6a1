using System.Net;
using System.Text.Json;
using Experiments.Api.Access;
using Experiments.Api.Catalog;
using Experiments.Api.Ofrep;
using Experiments.Api.Tests.Common;
using Experiments.Sdk.Assignment;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Api.Tests.Ofrep;

public sealed class OfrepTests
{
    private const string Flags = "/ofrep/v1/evaluate/flags";
    private const string Flag = Flags + "/email.spring";

    [Fact]
    public async Task Flag_Running_IsTheAssignmentBitForBit()
    {
        await using var api = await RunningAsync("""{"audience":{"attribute":"country","in":["FR"]},"coverage":0.8}""");
        var reasons = new HashSet<string>();
        for (var i = 0; i < 40; i++)
        {
            var answer = await api.PostAsync("/v1/assignments", $$$"""{"user":"u{{{i}}}","attributes":{"country":"FR"},"parameters":["email.spring"]}""");
            var assigned = answer.Json.GetProperty("assignments")[0];
            var flag = await api.PostAsync(Flag, $$$$"""{"context":{"targetingKey":"u{{{{i}}}}","country":"FR","basket":{"lines":[1]}}}""");
            Assert.Equal("no-cache, private", flag.Headers["Cache-Control"]);
            Assert.Equal(Text(assigned, "variant"), Text(flag.Json, "variant"));
            Assert.Equal(Text(assigned, "experiment"), Text(flag.Json.GetProperty("metadata"), "experiment"));
            var value = assigned.GetProperty("value");
            Assert.Equal(value.ValueKind == JsonValueKind.Null ? null : value.GetRawText(), flag.Json.TryGetProperty("value", out var v) ? v.GetRawText() : null);
            reasons.Add(flag.Text);
        }

        Assert.Equal(
            [
                """{"key":"email.spring","reason":"DEFAULT","metadata":{"version":4}}""",
                """{"key":"email.spring","reason":"SPLIT","variant":"mens","value":"mens","metadata":{"experiment":"spring-email","propensity":0.5,"epoch":0,"version":4}}""",
                """{"key":"email.spring","reason":"SPLIT","variant":"none","metadata":{"experiment":"spring-email","propensity":0.5,"epoch":0,"version":4}}""",
            ],
            reasons.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Flag_Paused_IsDisabledAndDraftIsNotFound()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        IsError(await Ask(api, Flag), 404, "FLAG_NOT_FOUND", "email.spring");
        await api.PostAsync("/v1/experiments/spring-email/start");
        Assert.Equal("SPLIT", Text((await Ask(api, Flag)).Json, "reason"));
        await api.PostAsync("/v1/experiments/spring-email/pause");
        const string disabled = """{"key":"email.spring","reason":"DISABLED","metadata":{"experiment":"spring-email","version":5}}""";
        Assert.Equal(disabled, (await Ask(api, Flag)).Text);
        Assert.StartsWith($$$"""{"flags":[{{{disabled}}}],"metadata":{"version":5},"eventStreams":[{"type":"sse",""", (await Ask(api, Flags)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flag_BestPractice_IsStaticAndItsHoldbackSplit()
    {
        await using var api = new ApiHost();
        await PromoteAsync(api, null);
        var seen = new HashSet<(string?, string?, string?)>();
        for (var i = 0; i < 200; i++)
        {
            var flag = (await api.PostAsync(Flag, $$$"""{"context":{"targetingKey":"u{{{i}}}"}}""")).Json;
            Assert.Equal("mens", Text(flag.GetProperty("metadata"), "bestPractice"));
            seen.Add((Text(flag, "reason"), Text(flag, "variant"), Text(flag, "value")));
        }

        Assert.Equal([("SPLIT", "holdback", null), ("STATIC", "practice", "mens")], seen.Order());
    }

    [Fact]
    public async Task Flag_BestPracticeWithAnAudience_IsATargetingMatch()
    {
        await using var api = new ApiHost();
        await PromoteAsync(api, new AudienceCondition { Attribute = "country", EqualTo = JsonSerializer.SerializeToElement("FR") });
        var reasons = new HashSet<string?>();
        for (var i = 0; i < 100; i++)
            reasons.Add(Text((await api.PostAsync(Flag, $$$"""{"context":{"targetingKey":"u{{{i}}}","country":"FR"}}""")).Json, "reason"));
        Assert.Equal(["SPLIT", "TARGETING_MATCH"], reasons.Order(StringComparer.Ordinal));
        Assert.Equal("DEFAULT", Text((await Ask(api, Flag)).Json, "reason"));
    }

    [Fact]
    public async Task Flags_Known_Are304UntilAnythingThatCountsChanges()
    {
        await using var api = await RunningAsync("""{"audience":{"any":[{"attribute":"country","equals":"FR"},{"not":{"attribute":"age","lessThan":18}}]}}""");
        var first = await api.PostAsync(Flags, Body("country", "\"FR\""));
        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal("no-cache, private", first.Headers["Cache-Control"]);
        Assert.Equal("email.spring", first.Json.GetProperty("flags")[0].GetProperty("key").GetString());
        var known = ("If-None-Match", first.Headers["ETag"]);

        var again = await api.PostAsync(Flags, """{"context":{"colour":"blue","country":"FR","targetingKey":"u1"}}""", known);
        Assert.Equal(HttpStatusCode.NotModified, again.Status);
        Assert.Equal("", again.Text);
        Assert.Equal(first.Headers["ETag"], again.Headers["ETag"]);
        foreach (var other in new[]
        {
            Body("country", "\"DE\""), Body("country", "null"), Body("age", "18"), Body("age", "\"18\""), Body("age", "true"),
            """{"context":{"targetingKey":"u2","country":"FR"}}""",
        })
        {
            var changed = await api.PostAsync(Flags, other, known);
            Assert.Equal(HttpStatusCode.OK, changed.Status);
            Assert.NotEqual(first.Headers["ETag"], changed.Headers["ETag"]);
        }

        await api.CreateAsync("/v1/kpis", """{"key":"other","type":"count","direction":"increase"}""");
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync(Flags, Body("country", "\"FR\""), known)).Status);

        static string Body(string name, string value) => $$$"""{"context":{"targetingKey":"u1","{{{name}}}":{{{value}}}}}""";
    }

    [Theory]
    [InlineData("{}", "TARGETING_KEY_MISSING")]
    [InlineData("""{"context":null}""", "TARGETING_KEY_MISSING")]
    [InlineData("""{"context":{}}""", "TARGETING_KEY_MISSING")]
    [InlineData("""{"context":{"targetingKey":null}}""", "TARGETING_KEY_MISSING")]
    [InlineData("""{"context":{"targetingKey":""}}""", "TARGETING_KEY_MISSING")]
    [InlineData("""{"context":7}""", "INVALID_CONTEXT")]
    [InlineData("""{"context":[]}""", "INVALID_CONTEXT")]
    [InlineData("""{"context":{"targetingKey":7}}""", "INVALID_CONTEXT")]
    [InlineData("""{"context":{"targetingKey":"a\nb"}}""", "INVALID_CONTEXT")]
    [InlineData("""{"context":{"targetingKey":"\ud800"}}""", "INVALID_CONTEXT")]
    [InlineData("""{"context":{"targetingKey":"u","country":"\ud800"}}""", "INVALID_CONTEXT")]
    [InlineData("", "PARSE_ERROR")]
    [InlineData("null", "PARSE_ERROR")]
    [InlineData("[]", "PARSE_ERROR")]
    [InlineData("""{"context":""", "PARSE_ERROR")]
    [InlineData("""{"context":{"targetingKey":"u","targetingKey":"v"}}""", "PARSE_ERROR")]
    public async Task Context_Bad_IsAnErrorOfTheProtocol(string body, string code)
    {
        await using var api = await RunningAsync("""{"audience":{"attribute":"country","in":["FR"]}}""");
        IsError(await api.PostAsync(Flag, body), 400, code, "email.spring");
        IsError(await api.PostAsync(Flags, body), 400, code, null);
    }

    [Fact]
    public async Task Request_MembersOfALaterVersion_AreSkipped()
    {
        await using var api = await RunningAsync();
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync(Flag, """{"context":{"targetingKey":"u"},"later":1}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync(Flags, """{"context":{"targetingKey":"u"},"later":1}""")).Status);
    }

    [Fact]
    public async Task Errors_WhoeverRaisesThem_HaveTheProtocolsForm()
    {
        await using var api = new ApiHost();
        IsError(await api.GetAsync(Flag), 405, "GENERAL", "email.spring");
        IsError(await api.GetAsync(Flags), 405, "GENERAL", null);
        IsError(await Ask(api, Flags + "/a%20b"), 404, "FLAG_NOT_FOUND", "a b");
        IsError(await Ask(api, Flags + "/a/b"), 404, "GENERAL", "a/b");
        IsError(await Ask(api, "/ofrep/v2/evaluate/flags"), 404, "GENERAL", null);
        IsError(await api.SendAsync(HttpMethod.Post, Flag, "a=b", "text/plain"), 415, "GENERAL", "email.spring");
        IsError(await api.PostAsync(Flag, """{"context":{"targetingKey":"u"}}""", ("Host", "experiments.example")), 421, "GENERAL", "email.spring");

        var viewer = await KeyAsync(api);
        var refused = await Ask(api, Flag);
        IsError(refused, 401, "GENERAL", "email.spring");
        Assert.Equal("Bearer", refused.Headers["WWW-Authenticate"]);
        IsError(await Ask(api, Flags), 401, "GENERAL", null);
        IsError(await Ask(api, "/ofrep/none"), 401, "GENERAL", null);
        IsError(await api.PostAsync(Flag, """{"context":{"targetingKey":"u"}}""", ("Authorization", "Bearer " + viewer)), 403, "GENERAL", "email.spring");
    }

    [Fact]
    public async Task Errors_OfADefect_HaveTheProtocolsForm()
    {
        await using var api = new ApiHost();
        await using var broken = api.WithWebHostBuilder(host => host.ConfigureTestServices(services =>
            services.AddSingleton<FlagSource>(_ => throw new InvalidOperationException("a defect"))));
        using var client = broken.CreateClient();
        foreach (var (path, key) in new[] { (Flag, "email.spring"), (Flags, null) })
        {
            var answer = await ApiHost.SendAsync(client, HttpMethod.Post, path, """{"context":{"targetingKey":"u1"}}""", "application/json");
            IsError(answer, 500, "GENERAL", key);
            Assert.Contains("Trace id", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("a defect", answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Errors_OfABodyTooLarge_HaveTheProtocolsForm()
    {
        await using var service = await FlagService.StartAsync();
        var body = $$$"""{"context":{"targetingKey":"u1","country":"{{{new string('a', 3_000_000)}}}"}}""";
        using var client = ApiHost.AskingFirst(service.Api.BaseAddress!);
        client.DefaultRequestHeaders.Authorization = new("Bearer", service.AppKey);
        IsError(await ApiHost.SendAsync(client, HttpMethod.Post, Flag, body, "application/json"), 413, "GENERAL", "email.spring");
        IsError(await ApiHost.SendAsync(client, HttpMethod.Post, Flags, body, "application/json"), 413, "GENERAL", null);
    }

    private static async Task<ApiHost> RunningAsync(string patch = "{}")
    {
        var api = new ApiHost();
        await api.DraftAsync(ApiHost.With(ApiHost.Experiment, patch));
        var started = await api.PostAsync("/v1/experiments/spring-email/start");
        Assert.True(started.Status == HttpStatusCode.OK, started.Text);
        return api;
    }

    private static async Task PromoteAsync(ApiHost api, AudienceCondition? audience) => await api.Catalog.CommitAsync(
        "decider",
        _ => new CatalogChange("best-practice.promote", "evidence", new BestPractice
        {
            Key = "mens",
            Parameter = "email.spring",
            Value = JsonSerializer.SerializeToElement("mens"),
            State = PracticeState.Active,
            Scope = new PracticeScope(null, null, null, audience),
            Holdback = 0.05,
            Salt = "practice/1/mens",
            ValidFrom = api.Clock.GetUtcNow(),
            ReviewBy = api.Clock.GetUtcNow().AddDays(90),
            Evidence = [new PracticeEvidence("spring-email", "mens", "visit", 0.7, 0.6, 0.8, 1, 250.1, 42_000, "abc")],
            Kpi = new Kpi { Key = "visit", Type = "proportion", Event = "visit", Direction = "increase", Window = "P7D", CreatedAt = api.Clock.GetUtcNow() },
        }),
        TestContext.Current.CancellationToken);

    private static Task<Answer> Ask(ApiHost api, string path) => api.PostAsync(path, """{"context":{"targetingKey":"u1"}}""");

    private static async Task<string> KeyAsync(ApiHost api)
    {
        var (key, secret) = SecretKeys.Create(Role.Viewer, api.Clock.GetUtcNow());
        await api.Catalog.CommitAsync("test", _ => new CatalogChange("key.create", "", key), TestContext.Current.CancellationToken);
        return secret;
    }

    private static string? Text(JsonElement element, string member) => element.TryGetProperty(member, out var value) ? value.GetString() : null;

    private static void IsError(Answer answer, int status, string code, string? key)
    {
        Assert.True((int)answer.Status == status, $"{(int)answer.Status} {answer.Text}");
        Assert.Equal("application/json; charset=utf-8", answer.Headers["Content-Type"]);
        Assert.Equal(code, Text(answer.Json, "errorCode"));
        Assert.Equal(key, Text(answer.Json, "key"));
        Assert.NotEmpty(Text(answer.Json, "errorDetails")!);
        Assert.Equal(key is null ? 2 : 3, answer.Json.EnumerateObject().Count());
    }
}
