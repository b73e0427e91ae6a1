using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Experiments.Api.Access;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Store;

namespace Experiments.Api.Tests.Ofrep;

/// <summary>The OpenFeature providers of npm against the service on real sockets: what apps in other languages see.</summary>
public sealed class OfrepProviderTests
{
    /// <summary>What npm says when there is no way to the registry.</summary>
    private static readonly string[] NoRegistry = ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "ENOTCACHED", "ERR_SOCKET_TIMEOUT"];

    [Fact]
    public async Task NpmProviders_AgainstTheService_SeeWhatAssignmentsSay()
    {
        using var packages = await InstallAsync();
        using var folder = new TemporaryFolder();
        string[] data = ["--Experiments:Data", folder.Path];
        var (marketer, appKey) = (await KeyAsync("marketer", data), await KeyAsync("app", data));
        await using var app = Service.Build(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None", .. data]);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var baseUrl = app.Urls.Single();
        using var api = new HttpClient { BaseAddress = new Uri(baseUrl) };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", marketer);

        await PostAsync(api, "/v1/kpis", ApiHost.Kpi);
        await PostAsync(api, "/v1/hypotheses", ApiHost.Hypothesis);
        await RunAsync(api, "flag.boolean", "false", "true");
        await RunAsync(api, "flag.string", "\"grey\"", "\"green\"", """{"attribute":"country","in":["FR","BE"]}""");
        await RunAsync(api, "flag.number", "10", "20.5");
        await RunAsync(api, "flag.object", """{"rows":1}""", """{"rows":2,"tags":["é"]}""");
        await RunAsync(api, "flag.null", "null", "\"other\"");
        var control = await UserOfControlAsync(api);

        var answers = await NodeAsync(packages.Path, JsonSerializer.Serialize(new { baseUrl, key = appKey, user = "marsha", control, changed = "DE" }));
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

    private static void IsError(JsonElement provider, string call, string code)
    {
        var seen = provider.GetProperty(call);
        Assert.Equal("own", seen.GetProperty("value").GetString());
        Assert.Equal(code, seen.GetProperty("errorCode").GetString());
    }

    private static async Task<string> KeyAsync(string role, string[] data)
    {
        var output = new StringWriter();
        Assert.Equal(0, await KeysCommand.RunAsync(["keys", "create", "--role", role, .. data], output, output));
        return output.ToString().Trim();
    }

    private static async Task RunAsync(HttpClient api, string parameter, string control, string treatment, string audience = "null")
    {
        var key = parameter.Replace('.', '-');
        await PostAsync(api, "/v1/experiments", $$"""
            {"key":"{{key}}","hypothesis":"men-buy-again","parameter":"{{parameter}}","control":"control","primaryKpi":"visit","audience":{{audience}},
             "variants":[{"key":"control","weight":1,"value":{{control}}},{"key":"treatment","weight":1,"value":{{treatment}}}]}
            """);
        await PostAsync(api, $"/v1/experiments/{key}/start", "{}");
    }

    private static async Task<JsonElement> AssignmentAsync(HttpClient api, string user, string parameter)
    {
        var body = $$"""{"user":"{{user}}","attributes":{"country":"FR"},"parameters":["{{parameter}}"]}""";
        return (await PostAsync(api, "/v1/assignments", body)).GetProperty("assignments")[0];
    }

    private static async Task<string> UserOfControlAsync(HttpClient api)
    {
        for (var i = 0; ; i++)
        {
            var user = $"user-{i}";
            if ((await AssignmentAsync(api, user, "flag.null")).GetProperty("value").ValueKind == JsonValueKind.Null) return user;
        }
    }

    private static async Task<JsonElement> PostAsync(HttpClient api, string path, string body)
    {
        var answer = await ApiHost.SendAsync(api, HttpMethod.Post, path, body, "application/json");
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Created, $"{path}: {answer.Text}");
        return answer.Json;
    }

    /// <summary>The script with its packages, in a folder of its own; skips the test where that cannot be had.</summary>
    private static async Task<TemporaryFolder> InstallAsync()
    {
        var source = Path.Combine(Root(), "tests", "ofrep");
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        foreach (var file in new[] { "package.json", "package-lock.json", "providers.mjs" })
            File.Copy(Path.Combine(source, file), Path.Combine(folder.Path, file));

        var (code, _, errors) = await ProcessAsync("npm", folder.Path, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        if (code == 0) return folder;
        folder.Dispose();
        Assert.SkipWhen(NoRegistry.Any(sign => errors.Contains(sign, StringComparison.Ordinal)), "The npm registry cannot be reached.");
        throw new InvalidOperationException($"npm ci: {errors}");
    }

    private static async Task<JsonElement> NodeAsync(string folder, string settings)
    {
        var (code, output, errors) = await ProcessAsync("node", folder, "providers.mjs", settings);
        Assert.True(code == 0, errors);
        return JsonDocument.Parse(output).RootElement;
    }

    private static async Task<(int Code, string Output, string Errors)> ProcessAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not installed.");
            throw;
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output, await errors);
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Experiments.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
