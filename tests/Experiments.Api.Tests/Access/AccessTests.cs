using System.Net;
using Experiments.Api.Access;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Store;

namespace Experiments.Api.Tests.Access;

public sealed class AccessTests
{
    [Fact]
    public async Task NoKeys_AnswersUnderTheNamesOfThisMachineOnly()
    {
        await using var api = new ApiHost();
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/kpis", ("Host", "127.0.0.1:5080"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/kpis", ("Host", "[::1]:5080"))).Status);
        (await api.GetAsync("/v1/kpis", ("Host", "experiments.example"))).IsProblem(421, "host-refused");
        (await api.GetAsync("/v1/kpis", ("Host", "127.0.0.1.evil.example"))).IsProblem(421, "host-refused");
    }

    [Fact]
    public async Task Keys_OnceOneExists_AreAskedForEverywhereButOnOpenPages()
    {
        await using var api = new ApiHost();
        var viewer = await api.KeyAsync(Role.Viewer);
        foreach (var path in new[] { "/v1/kpis", "/v1/snapshot", "/v1/none", "/v1/audit" })
        {
            var refused = await api.GetAsync(path);
            refused.IsProblem(401, "key-required");
            Assert.Equal("Bearer", refused.Headers["WWW-Authenticate"]);
        }

        foreach (var path in new[] { "/", "/health/live", "/health/ready", "/openapi.yaml", "/swagger/index.html" })
            Assert.Equal(HttpStatusCode.OK, (await api.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/kpis", Bearer(viewer))).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/kpis", Bearer(viewer), ("Host", "experiments.example"))).Status);
    }

    [Fact]
    public async Task Key_WrongOrRevoked_IsRefused()
    {
        await using var api = new ApiHost();
        var viewer = await api.KeyAsync(Role.Viewer);
        foreach (var wrong in new[] { viewer + "x", viewer[..^1], NameOf(viewer), "exp_viewer_00000000_abc_000000", ".", "é.é", "" })
            (await api.GetAsync("/v1/kpis", Bearer(wrong))).IsProblem(401, wrong.Length == 0 ? "key-required" : "key-invalid");
        (await api.GetAsync("/v1/kpis", ("Authorization", "Basic " + viewer))).IsProblem(401, "key-required");

        await api.Catalog.CommitAsync(
            "test",
            state =>
            {
                var key = state.AccessKeys.Values.Single();
                return new CatalogChange("key.revoke", "", key with { Revoked = true, Version = 2 });
            },
            TestContext.Current.CancellationToken);
        (await api.GetAsync("/v1/kpis", Bearer(viewer))).IsProblem(401, "key-invalid");
    }

    [Theory]
    [InlineData(Role.App, 403, 403, 200, 200, 403)]
    [InlineData(Role.Viewer, 200, 403, 200, 403, 200)]
    [InlineData(Role.Marketer, 200, 201, 200, 200, 200)]
    [InlineData(Role.Admin, 200, 201, 200, 200, 200)]
    public async Task Role_MayWhatItSays(object role, int readKpis, int createKpi, int snapshot, int assign, int audit)
    {
        await using var api = new ApiHost();
        var key = Bearer(await api.KeyAsync((Role)role));
        Assert.Equal(readKpis, (int)(await api.GetAsync("/v1/kpis", key)).Status);
        Assert.Equal(createKpi, (int)(await api.PostAsync("/v1/kpis", ApiHost.Kpi, key)).Status);
        Assert.Equal(snapshot, (int)(await api.GetAsync("/v1/snapshot", key)).Status);
        Assert.Equal(assign, (int)(await api.PostAsync("/v1/assignments", """{"user":"u"}""", key)).Status);
        Assert.Equal(audit, (int)(await api.GetAsync("/v1/audit", key)).Status);
        if (readKpis == 403) (await api.GetAsync("/v1/kpis", key)).IsProblem(403, "role-insufficient");
    }

    [Fact]
    public async Task Audit_NamesTheKeyAndNeverShowsIt()
    {
        await using var api = new ApiHost();
        var secret = await api.KeyAsync(Role.Admin);
        await api.PostAsync("/v1/kpis", ApiHost.Kpi, Bearer(secret));
        var audit = (await api.GetAsync("/v1/audit", Bearer(secret))).Text;
        Assert.Contains($"\"by\":\"{NameOf(secret)}\"", audit, StringComparison.Ordinal);
        Assert.DoesNotContain(secret.Split('_')[3], audit, StringComparison.Ordinal);
        Assert.DoesNotContain(api.Catalog.State.AccessKeys.Values.Single().Secrets[0].Hash, audit, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://*:0")]
    [InlineData("http://any.example:0")]
    public async Task OpenAddress_WithoutAKey_IsRefusedBeforeItIsBound(string url)
    {
        using var folder = new TemporaryFolder();
        var errors = new StringWriter();
        var code = await ServiceRun.ExitCodeAsync(
            async () =>
            {
                await using var app = Service.Build(["--urls", url, "--Experiments:Data", folder.Path, "--Logging:LogLevel:Default", "None"]);
                await app.StartAsync(TestContext.Current.CancellationToken);
                return 0;
            },
            errors);
        Assert.Equal(1, code);
        Assert.Contains("no access key exists", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("keys create", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeysCommand_MakesAKeyThatOpensAnyAddress()
    {
        using var folder = new TemporaryFolder();
        var output = new StringWriter();
        string[] data = ["--Experiments:Data", folder.Path];
        Assert.Equal(0, await KeysCommand.RunAsync(["keys", "create", "--role", "viewer", .. data], output, output));
        var key = output.ToString().Trim();

        await using (var app = Service.Build(["--urls", "http://0.0.0.0:0", "--Logging:LogLevel:Default", "None", .. data]))
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            var port = new Uri(app.Urls.Single()).Port;
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            (await ApiHost.SendAsync(client, HttpMethod.Get, "/v1/kpis", null, "")).IsProblem(401, "key-required");
            Assert.Equal(HttpStatusCode.OK, (await ApiHost.SendAsync(client, HttpMethod.Get, "/v1/kpis", null, "", Bearer(key))).Status);
        }

        var list = new StringWriter();
        Assert.Equal(0, await KeysCommand.RunAsync(["keys", "revoke", "--name", NameOf(key), .. data], list, list));
        Assert.Equal(0, await KeysCommand.RunAsync(["keys", "list", .. data], list, list));
        Assert.EndsWith("revoked", list.ToString().Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, list.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("create", "--role", "boss")]
    [InlineData("destroy")]
    [InlineData("revoke")]
    public async Task KeysCommand_MisusedShowsItsUsage(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var errors = new StringWriter();
        Assert.Equal(2, await KeysCommand.RunAsync(["keys", .. arguments, "--Experiments:Data", folder.Path], TextWriter.Null, errors));
        Assert.Contains("keys create --role", errors.ToString(), StringComparison.Ordinal);
    }

    private static string NameOf(string key) => string.Join('-', key.Split('_')[1..3]);

    private static (string, string) Bearer(string key) => ("Authorization", "Bearer " + key);
}
