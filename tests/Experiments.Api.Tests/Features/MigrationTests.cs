using System.Globalization;
using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.Features;

/// <summary>An app moves from flags in a file to experiments: nobody sees another variant than before, by whichever door.</summary>
public sealed class MigrationTests
{
    private static readonly string[] Flags = ["Checkout", "Greeting.v2", "Limits", "Banner"];
    private static readonly string[] Named = ["tester@example.org", "qa"];

    [Fact]
    public async Task App_WithExperiments_ShowsEachUserWhatHisFlagsShowed()
    {
        await using var api = await MigratedAsync();
        await using var before = FlagApp.Plain(FlagFiles.Good);
        await using var after = await FlagApp.WithExperimentsAsync(api);
        await using var beside = await FlagApp.WithExperimentsAsync(api, FlagFiles.Good);
        var seen = new HashSet<string>();
        foreach (var user in Enumerable.Range(0, 1_000).Select(UserOf).Concat(Named))
        {
            foreach (var flag in Flags)
            {
                var groups = user.EndsWith('7') ? new[] { "beta" } : [];
                var expected = await before.SeesAsync(flag, user, groups);
                Assert.Equal(Told(flag, expected), Told(flag, await beside.SeesAsync(flag, user, groups)));
                seen.Add($"{flag} {expected}");
                // Without the file, who has no percentile has no variant, and is not in the test.
                if (flag == "Greeting.v2" && expected.Variant is null) continue;
                Assert.Equal(Told(flag, expected), Told(flag, await after.SeesAsync(flag, user, groups)));
            }
        }

        // Every variant was seen, the off ones off: 3 + 3 and none + 2 + on and off.
        Assert.Equal(11, seen.Count);
    }

    [Fact]
    public async Task EveryDoor_GivesTheVariantOfTheLibrary()
    {
        await using var api = await MigratedAsync();
        await using var before = FlagApp.Plain(FlagFiles.Good);
        await using var after = await FlagApp.WithExperimentsAsync(api);
        foreach (var user in Enumerable.Range(0, 100).Select(UserOf).Concat(Named))
        {
            var expected = (await before.SeesAsync("Checkout", user)).Value;
            var isNamed = Named.Contains(user);
            Assert.Equal(expected, after.Client.Peek("Checkout", user, "own").Value);
            var assigned = (await api.PostAsync("/v1/assignments", $$"""{"user":"{{user}}","parameters":["Checkout"]}""")).Json.GetProperty("assignments")[0];
            Assert.Equal(expected, assigned.GetProperty("value").GetString());
            Assert.Equal(isNamed ? "targeted" : null, assigned.TryGetProperty("reason", out var reason) ? reason.GetString() : null);
            Assert.Equal(!isNamed, assigned.TryGetProperty("propensity", out var propensity));
            if (!isNamed) Assert.Equal(expected switch { "old" => 0.25, "big" => 0.3, _ => 0.45 }, propensity.GetDouble(), 1e-12);
            var flag = (await api.PostAsync("/ofrep/v1/evaluate/flags/Checkout", $$$"""{"context":{"targetingKey":"{{{user}}}"}}""")).Json;
            Assert.Equal((expected, isNamed ? "TARGETING_MATCH" : "SPLIT"), (flag.GetProperty("value").GetString(), flag.GetProperty("reason").GetString()));
        }

        var beta = (await api.PostAsync("/v1/assignments", """{"user":"u","attributes":{"group:beta":true},"parameters":["Checkout"]}""")).Json;
        Assert.Equal("big", beta.GetProperty("assignments")[0].GetProperty("value").GetString());
        var flagged = (await api.PostAsync("/ofrep/v1/evaluate/flags/Checkout", """{"context":{"targetingKey":"u","group:beta":true}}""")).Json;
        Assert.Equal(("big", "TARGETING_MATCH"), (flagged.GetProperty("value").GetString(), flagged.GetProperty("reason").GetString()));
    }

    [Fact]
    public async Task NamedUsers_AreServedAndNotCounted()
    {
        await using var api = await MigratedAsync();
        await using (var app = await FlagApp.WithExperimentsAsync(api))
        {
            foreach (var user in Named.Append("by chance")) await app.SeesAsync("Checkout", user);
            await app.SeesAsync("Checkout", "of a group", "beta");
            await app.Client.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1, app.Client.Status.EventsDelivered);
        }

        var answer = await api.PostAsync(
            "/v1/events",
            """{"events":[{"id":"1","type":"exposure","user":"qa","experiment":"checkout","variant":"small"},{"id":"2","type":"exposure","user":"q","experiment":"checkout","variant":"small"}]}""");
        Assert.Equal(("targeted-user", 1), (answer.Json.GetProperty("rejected")[0].GetProperty("code").GetString(), answer.Json.GetProperty("accepted").GetInt32()));
    }

    [Fact]
    public async Task Exported_TheLibraryReadsIt_GivesEachUserTheSameVariant()
    {
        await using var api = await MigratedAsync();
        await using var before = FlagApp.Plain(FlagFiles.Good);
        foreach (var flag in Flags)
        {
            var exported = (await api.GetAsync($"/v1/experiments/{flag.ToLowerInvariant()}/feature-management.json")).Text;
            await using var after = FlagApp.Plain(exported);
            foreach (var user in Enumerable.Range(0, 500).Select(UserOf))
            {
                var groups = user.EndsWith('7') ? new[] { "beta" } : [];
                Assert.Equal(Told(flag, await before.SeesAsync(flag, user, groups)), Told(flag, await after.SeesAsync(flag, user, groups)));
            }
        }
    }

    [Fact]
    public async Task Exported_AndImportedAgain_IsTheSameAllocation()
    {
        await using var api = await MigratedAsync();
        foreach (var flag in Flags)
        {
            var key = flag.ToLowerInvariant();
            var exported = (await api.GetAsync($"/v1/experiments/{key}/feature-management.json")).Text;
            await using var other = new ApiHost();
            await other.CreateAsync("/v1/kpis", ApiHost.Kpi);
            await other.PostAsync("/v1/experiments/feature-management?kpi=visit", exported);
            var (first, second) = ((await api.GetAsync($"/v1/experiments/{key}")).Json, (await other.GetAsync($"/v1/experiments/{key}")).Json);
            Assert.Equal(first.GetProperty("variants").GetRawText(), second.GetProperty("variants").GetRawText());
            foreach (var member in new[] { "hash", "seed", "percentile", "group", "defaultWhenEnabled" })
            {
                // Groups that name nobody are not written.
                if (flag == "Banner" && member == "group") continue;
                Assert.Equal(
                    first.GetProperty("featureManagement").GetProperty(member).GetRawText(), second.GetProperty("featureManagement").GetProperty(member).GetRawText());
            }
        }
    }

    [Fact]
    public async Task Exported_ANativeExperiment_HasItsSharesAndSaysThatUsersMove()
    {
        await using var api = new ApiHost();
        await api.DraftAsync(ApiHost.With(ApiHost.Experiment, """
            {"coverage":0.5,"variants":[{"key":"none","weight":1,"value":false},{"key":"mens","weight":2,"value":true}],"audience":{"attribute":"country","in":["FR"]}}
            """));
        var answer = await api.GetAsync("/v1/experiments/spring-email/feature-management.json");
        Assert.Equal(
            """{"feature_management":{"feature_flags":[{"id":"email.spring","enabled":true,"variants":[{"name":"none","configuration_value":false,"status_override":"Disabled"},{"name":"mens","configuration_value":true}],"allocation":{"percentile":[{"variant":"none","from":0,"to":16.665},{"variant":"mens","from":16.665,"to":50}]},"telemetry":{"enabled":true,"metadata":{"experiment":"spring-email","hash":"v1","keepsVariants":"false","audience":"not exported: the flag is for everybody"}}}]}}""",
            answer.Text);
        Assert.Equal("\"1\"", answer.Headers["ETag"]);
        Assert.Equal(304, (int)(await api.GetAsync("/v1/experiments/spring-email/feature-management.json", ("If-None-Match", "\"1\""))).Status);
        (await api.GetAsync("/v1/experiments/nothing/feature-management.json")).IsProblem(404, "experiment-not-found");
        await using var app = FlagApp.Plain(answer.Text);
        var on = 0;
        for (var i = 0; i < 1_000; i++) on += (await app.SeesAsync("email.spring", UserOf(i))).Variant == "mens" ? 1 : 0;
        Assert.InRange(on, 280, 390);
    }

    private static async Task<ApiHost> MigratedAsync()
    {
        var api = new ApiHost();
        await api.CreateAsync("/v1/kpis", ApiHost.Kpi);
        await api.PostAsync("/v1/experiments/feature-management?kpi=visit", FlagFiles.Good);
        foreach (var flag in Flags) Assert.Equal(200, (int)(await api.PostAsync($"/v1/experiments/{flag.ToLowerInvariant()}/start")).Status);
        return api;
    }

    /// <summary>What must be the same. A flag that was only on or off has no variant; names stand for values that there were not.</summary>
    private static (string?, string?, bool) Told(string flag, (string? Variant, string? Value, bool IsOn) seen) => flag switch
    {
        "Banner" => (null, null, seen.IsOn),
        "Greeting.v2" => (seen.Variant, null, seen.IsOn),
        _ => seen,
    };

    private static string UserOf(int i) => (i % 3) switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"user-{i}"),
        1 => string.Create(CultureInfo.InvariantCulture, $"{i}@example.org"),
        _ => string.Create(CultureInfo.InvariantCulture, $"Zoë {i}"),
    };
}
