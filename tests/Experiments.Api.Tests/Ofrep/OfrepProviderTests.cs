using System.Text.Json;

namespace Experiments.Api.Tests.Ofrep;

/// <summary>The OpenFeature providers of npm against the service on real sockets: what apps in other languages see.</summary>
public sealed class OfrepProviderTests(NpmPackages packages) : IClassFixture<NpmPackages>
{
    [Fact]
    public async Task NpmProviders_AgainstTheService_SeeWhatAssignmentsSay()
    {
        await using var service = await FlagService.StartAsync();
        var api = service.Api;
        await FlagService.RunAsync(api, "flag.boolean", "false", "true");
        await FlagService.RunAsync(api, "flag.number", "10", "20.5");
        await FlagService.RunAsync(api, "flag.object", """{"rows":1}""", """{"rows":2,"tags":["é"]}""");
        await FlagService.RunAsync(api, "flag.null", "null", "\"other\"");
        var control = await UserOfControlAsync(api);

        var answers = await packages.RunAsync("providers.mjs", new { baseUrl = service.BaseUrl, key = service.AppKey, user = "marsha", control, changed = "DE" });
        var server = answers.GetProperty("server");
        var web = answers.GetProperty("web");

        foreach (var (name, parameter) in new[] { ("boolean", "flag.boolean"), ("string", "flag.string"), ("number", "flag.number"), ("object", "flag.object") })
        {
            var expected = await AssignmentAsync(api, "marsha", parameter);
            foreach (var seen in new[] { server.GetProperty(name), web.GetProperty(name) })
            {
                Assert.Equal(expected.GetProperty("value").GetRawText(), seen.GetProperty("value").GetRawText());
                Assert.Equal(expected.GetProperty("variant").GetString(), seen.GetProperty("variant").GetString());
                Assert.Equal("SPLIT", seen.GetProperty("reason").GetString());
                Assert.Equal(expected.GetProperty("experiment").GetString(), seen.GetProperty("metadata").GetProperty("experiment").GetString());
                Assert.Equal(0.5, seen.GetProperty("metadata").GetProperty("propensity").GetDouble());
            }
        }

        // Nothing for this user any more: the app's own default, although the provider sent the tag of before.
        Assert.Equal("own", web.GetProperty("changedContext").GetProperty("value").GetString());
        Assert.Equal(web.GetProperty("string").GetRawText(), web.GetProperty("sameAfter304").GetRawText());
        Assert.Equal("[200,304,200,200]", web.GetProperty("statuses").GetRawText());

        // A control without a value: both give the app's default, but the server's provider of this version calls it an error.
        Assert.Equal("own", web.GetProperty("codeDefault").GetProperty("value").GetString());
        Assert.Equal("control", web.GetProperty("codeDefault").GetProperty("variant").GetString());
        Assert.False(web.GetProperty("codeDefault").TryGetProperty("errorCode", out _));
        IsError(server, "codeDefault", "GENERAL");
        IsError(server, "changedContext", "GENERAL");

        IsError(server, "notFound", "FLAG_NOT_FOUND");
        IsError(web, "notFound", "FLAG_NOT_FOUND");
        IsError(server, "noTargetingKey", "TARGETING_KEY_MISSING");
        Assert.Equal("TYPE_MISMATCH", server.GetProperty("otherType").GetProperty("errorCode").GetString());
        IsError(server, "unauthorized", "GENERAL");
        Assert.Equal("[200,200,200,200,200,200,404,400,200,401]", server.GetProperty("statuses").GetRawText());
        Assert.NotEqual("ready", web.GetProperty("unauthorized").GetString());
        Assert.Equal(401, web.GetProperty("strangerStatus").GetInt32());
    }

    [Fact]
    public async Task NpmWebProvider_ExperimentPausedAndResumed_HearsOfItByItself()
    {
        await using var service = await FlagService.StartAsync();
        var expected = (await AssignmentAsync(service.Api, "marsha", "flag.string")).GetProperty("value").GetRawText();
        var seen = await packages.RunAsync("changes.mjs", new { baseUrl = service.BaseUrl, key = service.AppKey, marketer = service.MarketerKey, user = "marsha" });
        Assert.Equal(expected, seen.GetProperty("before").GetProperty("value").GetRawText());
        Assert.Equal("own", seen.GetProperty("paused").GetProperty("value").GetString());
        Assert.Equal("DISABLED", seen.GetProperty("paused").GetProperty("reason").GetString());
        Assert.Equal(expected, seen.GetProperty("resumed").GetProperty("value").GetRawText());
        Assert.StartsWith("[200,200", seen.GetProperty("statuses").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NpmServerProvider_AskedTooOften_PausesAsLongAsItIsTold()
    {
        await using var service = await FlagService.StartAsync(
            "--Experiments:RateLimits:AppRequestsPerSecond=1", "--Experiments:RateLimits:BurstSeconds=3");
        var seen = await packages.RunAsync("limited.mjs", new { baseUrl = service.BaseUrl, key = service.AppKey, user = "marsha" });
        Assert.Equal("own", seen.GetProperty("last").GetProperty("value").GetString());
        Assert.Equal("own", seen.GetProperty("quiet").GetProperty("value").GetString());
        Assert.Equal(0, seen.GetProperty("sentWhileQuiet").GetInt32());
        Assert.Equal("SPLIT", seen.GetProperty("after").GetProperty("reason").GetString());
        var sent = seen.GetProperty("sent").EnumerateArray().Select(s => s.GetProperty("status").GetInt32()).ToList();
        Assert.Equal(200, sent[0]);
        Assert.Equal([429, 200], sent[^2..]);
    }

    private static void IsError(JsonElement provider, string call, string code)
    {
        var seen = provider.GetProperty(call);
        Assert.Equal("own", seen.GetProperty("value").GetString());
        Assert.Equal(code, seen.GetProperty("errorCode").GetString());
    }

    private static async Task<JsonElement> AssignmentAsync(HttpClient api, string user, string parameter)
    {
        var body = $$"""{"user":"{{user}}","attributes":{"country":"FR"},"parameters":["{{parameter}}"]}""";
        return (await FlagService.PostAsync(api, "/v1/assignments", body)).GetProperty("assignments")[0];
    }

    private static async Task<string> UserOfControlAsync(HttpClient api)
    {
        for (var i = 0; ; i++)
        {
            var user = $"user-{i}";
            if ((await AssignmentAsync(api, user, "flag.null")).GetProperty("value").ValueKind == JsonValueKind.Null) return user;
        }
    }
}
