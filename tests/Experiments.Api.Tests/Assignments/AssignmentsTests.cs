using System.Net;
using System.Text.Json;
using Experiments.Api.Shared;
using Experiments.Api.Tests.Common;
using Experiments.Sdk;
using Experiments.Sdk.Assignment;

namespace Experiments.Api.Tests.Assignments;

public sealed class AssignmentsTests
{
    [Fact]
    public async Task Assign_Running_AnswersAsTheSdkDoes()
    {
        await using var api = new ApiHost();
        await api.DraftAsync(ApiHost.With(ApiHost.Experiment, """{"coverage":0.6,"audience":{"attribute":"country","in":["FR"]}}"""));
        await api.PostAsync("/v1/experiments/spring-email/start");
        var snapshot = JsonSerializer.Deserialize<Snapshot>((await api.GetAsync("/v1/snapshot")).Text, JsonSerializerOptions.Web)!;
        var evaluator = SnapshotEvaluator.Compile(snapshot);
        Assert.Empty(evaluator.Skipped);

        var sources = new HashSet<string>();
        for (var i = 0; i < 50; i++)
        {
            var answer = await api.PostAsync("/v1/assignments", $$"""{"user":"u{{i}}","attributes":{"country":"FR"},"parameters":["email.spring"]}""");
            var local = evaluator.Evaluate("email.spring", $"u{i}", new ExperimentContext { ["country"] = "FR" });
            var remote = answer.Json.GetProperty("assignments")[0];
            Assert.Equal(local.Variant, remote.TryGetProperty("variant", out var variant) ? variant.GetString() : null);
            sources.Add(answer.Text.Replace($"u{i}", "", StringComparison.Ordinal));
        }

        Assert.Equal(
            [
                """{"assignments":[{"parameter":"email.spring","value":"mens","source":"experiment","experiment":"spring-email","variant":"mens","propensity":0.5}]}""",
                """{"assignments":[{"parameter":"email.spring","value":null,"source":"experiment","experiment":"spring-email","variant":"none","propensity":0.5}]}""",
                """{"assignments":[{"parameter":"email.spring","value":null,"source":"none"}]}""",
            ],
            sources.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Assign_NoParameters_AnswersAllOfTheSnapshot()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        Assert.Equal("""{"assignments":[]}""", (await api.PostAsync("/v1/assignments", """{"user":"u"}""")).Text);
        await api.PostAsync("/v1/experiments/spring-email/start");
        Assert.Equal(1, (await api.PostAsync("/v1/assignments", """{"user":"u"}""")).Json.GetProperty("assignments").GetArrayLength());
        Assert.Equal(
            """{"assignments":[{"parameter":"other","value":null,"source":"none"}]}""",
            (await api.PostAsync("/v1/assignments", """{"user":"u","parameters":["other"]}""")).Text);
    }

    [Theory]
    [InlineData("""{}""", "invalid-user", "user")]
    [InlineData("""{"user":null}""", "invalid-user", "user")]
    [InlineData("""{"user":""}""", "invalid-user", "user")]
    [InlineData("""{"user":"a\nb"}""", "invalid-user", "user")]
    [InlineData("""{"user":"a\u0000b"}""", "invalid-user", "user")]
    [InlineData("""{"user":7}""", "wrong-type", "user")]
    [InlineData("""{"user":"u","attributes":{"a":{}}}""", "invalid-request", "attributes.a")]
    [InlineData("""{"user":"u","attributes":{"a":1e400}}""", "invalid-request", "attributes.a")]
    [InlineData("""{"user":"u","attributes":[]}""", "wrong-type", "attributes")]
    [InlineData("""{"user":"u","parameters":[null]}""", "invalid-request", "parameters[0]")]
    [InlineData("""{"user":"u","parameters":["a b"]}""", "invalid-request", "parameters[0]")]
    [InlineData("""{"user":"u","seed":1}""", "unknown-member", "seed")]
    public async Task Assign_Invalid_NamesTheField(string body, string code, string field)
    {
        await using var api = new ApiHost();
        (await api.PostAsync("/v1/assignments", body)).IsProblem(400, code, field);
    }

    [Fact]
    public async Task Assign_OddUsers_AreTakenOrRefusedWhole()
    {
        await using var api = new ApiHost();
        (await api.PostAsync("/v1/assignments", $$"""{"user":"{{new string('u', 10_000)}}"}""")).IsProblem(400, "invalid-user", "user");
        (await api.PostAsync("/v1/assignments", $$"""{"user":"{{new string('u', 513)}}"}""")).IsProblem(400, "invalid-user", "user");
        foreach (var user in new[] { "{}", "é", new string('u', 512), "a b" })
            Assert.Equal(HttpStatusCode.OK, (await api.PostAsync("/v1/assignments", $$"""{"user":{{JsonSerializer.Serialize(user)}}}""")).Status);
    }

    [Fact]
    public async Task Snapshot_Known_Is304UntilTheCatalogChanges()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        var first = await api.GetAsync("/v1/snapshot");
        Assert.Equal("""{"version":3,"experiments":[],"bestPractices":[]}""", first.Text);
        var known = ("If-None-Match", first.Headers["ETag"]);
        var again = await api.GetAsync("/v1/snapshot", known);
        Assert.Equal(HttpStatusCode.NotModified, again.Status);
        Assert.Equal("", again.Text);
        await api.PostAsync("/v1/experiments/spring-email/start");
        Assert.Equal(
            """{"version":4,"experiments":[{"key":"spring-email","kind":"ab","parameter":"email.spring","layerSalt":"layer/1/email.spring","slots":[[0,10000]],"salt":"experiment/1/spring-email","epoch":0,"variants":[{"key":"none","value":null},{"key":"mens","value":"mens"}],"control":"none","table":[[0,0],[5000,1]],"audience":null,"breakdowns":[]}],"bestPractices":[]}""",
            (await api.GetAsync("/v1/snapshot", known)).Text);
    }

    [Theory]
    [InlineData("P7D", 7 * 86_400)]
    [InlineData("PT1S", 1)]
    [InlineData("PT0.5S", 0.5)]
    [InlineData("P1DT2H3M4S", 93_784)]
    [InlineData("P2W", 14 * 86_400)]
    public void Durations_Valid_AreRead(string text, double seconds) => Assert.Equal(seconds, Durations.Parse(text).TotalSeconds);
}
