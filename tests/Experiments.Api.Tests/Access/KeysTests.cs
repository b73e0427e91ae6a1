using System.Net;
using System.Text.Json;
using Experiments.Api.Access;
using Experiments.Api.Store;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Api.Tests.Access;

public sealed class KeysTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_ShowsTheKeyOnce_AndKeepsItsHashOnly()
    {
        await using var api = new ApiHost();
        var admin = Bearer(await api.KeyAsync(Role.Admin));
        var body = """{"role":"app","name":"shop web site"}""";
        var first = await api.PostAsync("/v1/keys", body, admin, ("Idempotency-Key", "k1"));
        Assert.Equal(HttpStatusCode.Created, first.Status);
        var secret = first.Json.GetProperty("secret").GetString()!;
        Assert.Matches("^exp_app_[0-9a-f]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$", secret);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/snapshot", Bearer(secret))).Status);

        var again = await api.PostAsync("/v1/keys", body, admin, ("Idempotency-Key", "k1"));
        Assert.Equal(first.Json.GetProperty("key").GetString(), again.Json.GetProperty("key").GetString());
        Assert.False(again.Json.TryGetProperty("secret", out _));
        foreach (var path in new[] { "/v1/keys", first.Headers["Location"], "/v1/audit" })
            Assert.DoesNotContain(secret.Split('_')[3], (await api.GetAsync(path, admin)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_FirstKeyOverHttp_MustBeAnAdministrators()
    {
        await using var api = new ApiHost();
        (await api.PostAsync("/v1/keys", """{"role":"app"}""")).IsProblem(409, "admin-first");
        (await api.PostAsync("/v1/keys", """{"role":"admin","expiresAt":"2027-01-01T00:00:00Z"}""")).IsProblem(409, "admin-first");
        var made = await api.PostAsync("/v1/keys", """{"role":"admin"}""");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        (await api.GetAsync("/v1/keys")).IsProblem(401, "key-required");
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/keys", Bearer(made.Json.GetProperty("secret").GetString()!))).Status);
    }

    [Theory]
    [InlineData("""{"role":"boss"}""", "role")]
    [InlineData("""{"name":"x"}""", "role")]
    [InlineData("""{"role":"viewer","browser":true}""", "browser")]
    [InlineData("""{"role":"app","expiresAt":"2020-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"role":"app","secret":"exp_app_x"}""", "secret")]
    [InlineData("""{"role":"app","key":"app-00000000"}""", "key")]
    public async Task Create_Wrong_NamesTheMember(string body, string field)
    {
        await using var api = new ApiHost();
        var answer = await api.PostAsync("/v1/keys", body, Bearer(await api.KeyAsync(Role.Admin)));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(field, answer.ErrorFields);
    }

    [Fact]
    public async Task Rotation_HasTwoLiveSecretsForItsOverlap()
    {
        await using var api = new ApiHost();
        var admin = Bearer(await api.KeyAsync(Role.Admin));
        var made = (await api.PostAsync("/v1/keys", """{"role":"viewer"}""", admin)).Json;
        var (path, old) = ($"/v1/keys/{made.GetProperty("key").GetString()}", made.GetProperty("secret").GetString()!);
        var young = (await api.PostAsync(path + "/rotate", "{}", admin)).Json.GetProperty("secret").GetString()!;
        Assert.NotEqual(old, young);
        foreach (var secret in new[] { old, young }) Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/kpis", Bearer(secret))).Status);
        (await api.PostAsync(path + "/rotate", "{}", admin)).IsProblem(409, "rotation-running");
        Assert.Equal(2, (await api.GetAsync(path, admin)).Json.GetProperty("secrets").GetArrayLength());

        api.Jump(TimeSpan.FromDays(3));
        (await api.GetAsync("/v1/kpis", Bearer(old))).IsProblem(401, "key-invalid");
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/kpis", Bearer(young))).Status);

        var last = (await api.PostAsync(path + "/rotate", """{"overlap":"PT0S"}""", admin)).Json.GetProperty("secret").GetString()!;
        (await api.GetAsync("/v1/kpis", Bearer(young))).IsProblem(401, "key-invalid");
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/kpis", Bearer(last))).Status);
        (await api.PostAsync(path + "/rotate", """{"overlap":"P31D"}""", admin)).IsProblem(400, "invalid-request", "overlap");
    }

    [Fact]
    public async Task Key_Ends_WhenItExpiresOrIsRevoked()
    {
        await using var api = new ApiHost();
        var secret = await api.KeyAsync(Role.Admin);
        var admin = Bearer(secret);
        var made = (await api.PostAsync("/v1/keys", """{"role":"viewer","expiresAt":"2026-11-25T10:00:00Z"}""", admin)).Json;
        var viewer = Bearer(made.GetProperty("secret").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/kpis", viewer)).Status);
        api.Jump(TimeSpan.FromDays(1));
        (await api.GetAsync("/v1/kpis", viewer)).IsProblem(401, "key-invalid");

        (await api.DeleteAsync("/v1/keys/" + NameOf(secret), admin)).IsProblem(409, "last-admin");
        var other = (await api.PostAsync("/v1/keys", """{"role":"admin"}""", admin)).Json;
        Assert.Equal(HttpStatusCode.NoContent, (await api.DeleteAsync("/v1/keys/" + NameOf(secret), Bearer(other.GetProperty("secret").GetString()!))).Status);
        (await api.GetAsync("/v1/kpis", admin)).IsProblem(401, "key-invalid");
    }

    [Fact]
    public async Task LastUse_IsShown_AndWrittenOnceAMinute()
    {
        using var folder = new TemporaryFolder();
        string viewer, admin;
        await using (var api = new ApiHost(folder.Path))
        {
            (viewer, admin) = (await api.KeyAsync(Role.Viewer), await api.KeyAsync(Role.Admin));
            Assert.Equal(JsonValueKind.Null, (await api.GetAsync("/v1/keys/" + NameOf(viewer), Bearer(admin))).Json.GetProperty("lastUsedAt").ValueKind);
            var uses = api.Services.GetRequiredService<KeyUses>();
            await uses.WriteAsync(Token);
            var before = await VersionAsync(api);
            for (var i = 0; i < 50; i++) await api.GetAsync("/v1/kpis", Bearer(viewer));
            Assert.Equal("2026-11-24T10:00:00Z", (await api.GetAsync("/v1/keys/" + NameOf(viewer), Bearer(admin))).Json.GetProperty("lastUsedAt").GetString());
            await uses.WriteAsync(Token);
            await uses.WriteAsync(Token);
            Assert.Equal(before + 1, await VersionAsync(api));
            api.Clock.Advance(TimeSpan.FromSeconds(70));
            await api.GetAsync("/v1/kpis", Bearer(viewer));
        }

        await using var again = new ApiHost(folder.Path);
        Assert.Equal("2026-11-24T10:01:10Z", (await again.GetAsync("/v1/keys/" + NameOf(viewer), Bearer(admin))).Json.GetProperty("lastUsedAt").GetString());
    }

    [Fact]
    public async Task BrowserKey_ServesAndReports_AndSeesNoRules()
    {
        await using var api = new ApiHost();
        var admin = Bearer(await api.KeyAsync(Role.Admin));
        var browser = Bearer((await api.PostAsync("/v1/keys", """{"role":"app","browser":true}""", admin)).Json.GetProperty("secret").GetString()!);
        (await api.GetAsync("/v1/snapshot", browser)).IsProblem(403, "browser-key");
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync("/v1/assignments", """{"user":"u"}""", browser)).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync("/ofrep/v1/evaluate/flags", """{"context":{"targetingKey":"u"}}""", browser)).Status);
        Assert.NotEqual(HttpStatusCode.Forbidden, (await api.PostAsync("/v1/events", """{"events":[]}""", browser)).Status);
        (await api.GetAsync("/v1/experiments", browser)).IsProblem(403, "role-insufficient");
    }

    [Fact]
    public async Task WrongKeys_AThousandAtOnce_AreSlowedAndHurtNobody()
    {
        await using var api = new ApiHost();
        var good = await api.KeyAsync(Role.Viewer);
        using var client = api.CreateClient();
        string[] wrong = [SecretKeys.Create(Role.Viewer, default).Secret, good[..^1] + (good[^1] == 'a' ? 'b' : 'a'), "nonsense", good[..20]];
        var bad = Enumerable.Range(0, 1000).Select(i => ApiHost.SendAsync(client, HttpMethod.Get, "/v1/kpis", null, "", Bearer(wrong[i % 4])));
        var fine = Enumerable.Range(0, 50).Select(_ => ApiHost.SendAsync(client, HttpMethod.Get, "/v1/kpis", null, "", Bearer(good)));
        var refused = Task.WhenAll(bad);
        Assert.All(await Task.WhenAll(fine), a => Assert.Equal(HttpStatusCode.OK, a.Status));
        var answers = await refused;
        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests, a.Text));
        Assert.InRange(answers.Count(a => a.Status == HttpStatusCode.Unauthorized), 1, 900);
        var slowed = answers.First(a => a.Status == HttpStatusCode.TooManyRequests);
        slowed.IsProblem(429, "too-many-wrong-keys");
        Assert.True(int.Parse(slowed.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture) >= 1);
    }

    [Fact]
    public async Task RateLimit_IsPerKey_AndAnswersInTheFormOfTheRoute()
    {
        await using var api = new ApiHost(settings:
        [
            ("Experiments:RateLimits:AppRequestsPerSecond", "0.001"), ("Experiments:RateLimits:RequestsPerSecond", "0.01"), ("Experiments:RateLimits:BurstSeconds", "300"),
        ]);
        var (first, second) = (await api.KeyAsync(Role.Viewer), await api.KeyAsync(Role.Viewer));
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/kpis", Bearer(first))).Status);
        var limited = await api.GetAsync("/v1/kpis", Bearer(first));
        limited.IsProblem(429, "too-many-requests");
        Assert.InRange(int.Parse(limited.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 100);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/kpis", ("X-API-Key", second))).Status);

        var app = await api.KeyAsync(Role.App);
        const string Flag = "/ofrep/v1/evaluate/flags/a";
        await api.PostAsync(Flag, "{}", Bearer(app));
        var flag = await api.PostAsync(Flag, "{}", Bearer(app));
        Assert.Equal(429, (int)flag.Status);
        Assert.Equal("a", flag.Json.GetProperty("key").GetString());
        Assert.Equal("GENERAL", flag.Json.GetProperty("errorCode").GetString());
        Assert.True(flag.Headers.ContainsKey("Retry-After"));
    }

    [Fact]
    public async Task Stream_EndsSoonAfterItsKeyIsRevoked()
    {
        await using var api = new ApiHost();
        await RunningService.DefineAsync(new ApiClient(api.CreateClient()));
        var admin = await api.KeyAsync(Role.Admin);
        var viewer = await api.KeyAsync(Role.Viewer);
        using var client = api.CreateClient();
        client.DefaultRequestHeaders.Add("X-API-Key", viewer);
        using var response = await client.GetAsync(
            new Uri("/v1/experiments/spring-email/results/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);
        await using var stream = await response.Content.ReadAsStreamAsync(Token);
        using var reader = new StreamReader(stream);
        Assert.NotNull(await reader.ReadLineAsync(Token));
        await api.DeleteAsync("/v1/keys/" + NameOf(viewer), Bearer(admin));
        var rest = reader.ReadToEndAsync(Token);
        for (var i = 0; i < 200 && !rest.IsCompleted; i++)
        {
            api.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(20, Token);
        }

        Assert.True(rest.IsCompleted);
    }

    [Fact]
    public async Task KeysCommand_WhileTheServiceRuns_SaysHowAndAsksIt()
    {
        using var folder = new TemporaryFolder();
        await using var service = await ApiProcess.StartAsync("--Experiments:Data=" + folder.Path);
        var (output, errors) = (new StringWriter(), new StringWriter());
        Assert.Equal(1, await KeysCommand.RunAsync(["keys", "create", "--role", "admin", "--Experiments:Data", folder.Path], output, errors));
        Assert.Contains("--url http://127.0.0.1:5080", errors.ToString(), StringComparison.Ordinal);

        var url = service.Client.Http.BaseAddress!.ToString();
        Assert.Equal(0, await KeysCommand.RunAsync(["keys", "create", "--role", "admin", "--url", url], output, errors));
        var admin = output.ToString().Trim();
        Assert.Equal(1, await KeysCommand.RunAsync(["keys", "create", "--role", "app", "--url", url], output, errors));
        Assert.Contains("This service asks for a key", errors.ToString(), StringComparison.Ordinal);

        var list = new StringWriter();
        string[] asked = ["--url", url, "--key", admin];
        Assert.Equal(0, await KeysCommand.RunAsync(["keys", "create", "--role", "app", "--label", "shop", "--browser", "true", .. asked], list, errors));
        Assert.Equal(0, await KeysCommand.RunAsync(["keys", "revoke", "--name", NameOf(list.ToString().Trim()), .. asked], TextWriter.Null, errors));
        Assert.Equal(0, await KeysCommand.RunAsync(["keys", "list", .. asked], list, errors));
        Assert.Contains("shop\trevoked", list.ToString(), StringComparison.Ordinal);
        Assert.Contains("\tused ", list.ToString(), StringComparison.Ordinal);
    }

    private static string NameOf(string key) => string.Join('-', key.Split('_')[1..3]);

    private static (string, string) Bearer(string key) => ("Authorization", "Bearer " + key);

    private static async Task<long> VersionAsync(ApiHost api) =>
        (await api.Services.GetRequiredService<IStore>().ReadAsync("access", [], Token)).Version.Number;
}
