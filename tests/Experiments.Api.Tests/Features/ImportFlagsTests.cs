using System.Net;
using System.Text.Json;
using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.Features;

public sealed class ImportFlagsTests
{
    private const string Route = "/v1/experiments/feature-management?kpi=visit";

    [Fact]
    public async Task Import_Flags_BecomeDraftsWithTheirHypotheses()
    {
        await using var api = new ApiHost();
        await api.CreateAsync("/v1/kpis", ApiHost.Kpi);
        var answer = await api.PostAsync(Route, FlagFiles.Good);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal((false, 4, 0, 0), Counts(answer));
        Assert.Equal(
            ["checkout: named-users groups", "greeting.v2: uncovered values-from-names", "limits:", "banner: named-users groups"],
            answer.Json.GetProperty("flags").EnumerateArray().Select(flag =>
                $"{flag.GetProperty("experiment").GetString()}: {string.Join(' ', Codes(flag))}".TrimEnd()));

        var draft = (await api.GetAsync("/v1/experiments/checkout")).Json;
        Assert.Equal(("draft", "Checkout", "old", "visit", "checkout"), (Text(draft, "status"), Text(draft, "parameter"), Text(draft, "control"), Text(draft, "primaryKpi"), Text(draft, "hypothesis")));
        Assert.Equal(
            """[{"key":"old","name":"Old","weight":25,"value":"old","feature":{"name":"Old","on":true}},{"key":"big-button","name":"Big Button","weight":30,"value":"big","feature":{"name":"Big Button","on":true}},{"key":"small","name":"Small","weight":45,"value":"small","feature":{"name":"Small","on":true}}]""",
            draft.GetProperty("variants").GetRawText());
        var feature = draft.GetProperty("featureManagement");
        Assert.Equal(("msfm-v1", "allocation\nCheckout", "old"), (Text(feature, "hash"), Text(feature, "seed"), Text(feature, "defaultWhenEnabled")));
        Assert.Equal("""[{"variant":"big-button","from":0,"to":30},{"variant":"small","from":30,"to":75}]""", feature.GetProperty("percentile").GetRawText());
        Assert.DoesNotContain("tester@example.org", draft.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("tester@example.org", (await api.GetAsync("/v1/audit?limit=200")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/hypotheses/checkout")).Status);

        // Its weights are the percents of those who take part.
        var allocation = (await api.GetAsync("/v1/experiments/greeting.v2")).Json.GetProperty("allocation");
        Assert.Equal([16.6667 / 90.5, 40.5 / 90.5, 33.3333 / 90.5], allocation.EnumerateObject().Select(share => Math.Round(share.Value.GetDouble(), 12)), (x, y) => Math.Abs(x - y) < 1e-9);
    }

    [Fact]
    public async Task Import_Again_ChangesNothing()
    {
        await using var api = new ApiHost();
        await api.CreateAsync("/v1/kpis", ApiHost.Kpi);
        Assert.Equal((true, 4, 0, 0), Counts(await api.PostAsync(Route + "&dryRun=true", FlagFiles.Good)));
        Assert.Equal("""{"items":[],"next":null}""", (await api.GetAsync("/v1/experiments")).Text);
        Assert.Equal((false, 4, 0, 0), Counts(await api.PostAsync(Route, FlagFiles.Good)));
        await api.PostAsync("/v1/experiments/checkout/start");
        await api.PatchAsync("/v1/experiments/limits", """{"control":"high","decision":{"alpha":0.01}}""");
        var before = (await api.GetAsync("/v1/audit")).Text;
        Assert.Equal((false, 0, 4, 0), Counts(await api.PostAsync(Route, FlagFiles.Good)));
        Assert.Equal(before, (await api.GetAsync("/v1/audit")).Text);

        var other = FlagFiles.Good.Replace("\"from\":0,\"to\":30", "\"from\":0,\"to\":29", StringComparison.Ordinal);
        var answer = await api.PostAsync(Route, other);
        Assert.Equal((false, 0, 3, 1), Counts(answer));
        Assert.Equal(["exists"], Codes(answer.Json.GetProperty("flags")[0]));
    }

    [Fact]
    public async Task Import_WithAnIdempotencyKey_ADryRunIsAnotherRequest()
    {
        await using var api = new ApiHost();
        await api.CreateAsync("/v1/kpis", ApiHost.Kpi);
        var key = ("Idempotency-Key", "k1");
        Assert.Equal((true, 4, 0, 0), Counts(await api.PostAsync(Route + "&dryRun=true", FlagFiles.Good, key)));
        Assert.Equal((false, 4, 0, 0), Counts(await api.PostAsync(Route, FlagFiles.Good, key)));
        var again = await api.PostAsync(Route, FlagFiles.Good, key);
        Assert.Equal((false, 4, 0, 0), Counts(again));
        Assert.Equal("true", again.Headers["Idempotent-Replayed"]);
    }

    [Theory]
    [InlineData("en", "Turn it on")]
    [InlineData("fr", "Allumez-la")]
    public async Task Import_FlagsThatCannotBe_AreListedWithTheReason(string language, string words)
    {
        await using var api = new ApiHost();
        await api.CreateAsync("/v1/kpis", ApiHost.Kpi);
        var answer = await api.PostAsync(Route, FlagFiles.Refused, ("Accept-Language", language));
        Assert.Equal((false, 0, 0, 9), Counts(answer));
        foreach (var flag in answer.Json.GetProperty("flags").EnumerateArray())
        {
            var id = flag.GetProperty("flag").GetString()!;
            Assert.Equal([id == "Two words: name" ? "name" : id], Codes(flag));
            Assert.False(flag.TryGetProperty("experiment", out _));
        }

        Assert.Contains(words, answer.Text, StringComparison.Ordinal);
        Assert.Equal("""{"items":[],"next":null}""", (await api.GetAsync("/v1/experiments")).Text);
    }

    [Fact]
    public async Task Import_WithoutAKpi_IsRefused()
    {
        await using var api = new ApiHost();
        (await api.PostAsync("/v1/experiments/feature-management", FlagFiles.Good)).IsProblem(400, "kpi-required", "kpi");
        (await api.PostAsync(Route, FlagFiles.Good)).IsProblem(422, "unknown-kpi", "kpi");
        (await api.PostAsync(Route + "&dryRun=maybe", FlagFiles.Good)).IsProblem(400, "invalid-parameter");
    }

    private static (bool DryRun, int Imported, int Unchanged, int Skipped) Counts(Answer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        var json = answer.Json;
        return (json.GetProperty("dryRun").GetBoolean(), json.GetProperty("imported").GetInt32(), json.GetProperty("unchanged").GetInt32(), json.GetProperty("skipped").GetInt32());
    }

    private static string?[] Codes(JsonElement flag) => [.. flag.GetProperty("notes").EnumerateArray().Select(note => note.GetProperty("code").GetString())];

    private static string? Text(JsonElement parent, string name) => parent.GetProperty(name).GetString();
}
