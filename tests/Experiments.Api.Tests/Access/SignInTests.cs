using System.Net;
using System.Text;
using Experiments.Api.Access;
using Experiments.Api.Catalog;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Api.Tests.Access;

public sealed class SignInTests
{
    private static readonly (string, string) Own = ("Origin", "http://localhost");

    [Fact]
    public async Task SignIn_WithAKey_LetsThePersonInByCookie()
    {
        await using var api = new ApiHost();
        var secret = await api.KeyAsync(Role.Marketer);
        var entered = await EnterAsync(api, secret, "/v1/kpis?limit=2");
        Assert.Equal(HttpStatusCode.SeeOther, entered.Status);
        Assert.Equal("/v1/kpis?limit=2", entered.Headers["Location"]);
        var set = entered.Headers["Set-Cookie"];
        Assert.Contains("; path=/; samesite=strict; httponly", set, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(secret.Split('_')[3], set, StringComparison.Ordinal);

        var cookie = CookieOf(entered);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/kpis", cookie)).Status);
        Assert.Equal(HttpStatusCode.Created, (await api.PostAsync("/v1/kpis", ApiHost.Kpi, cookie, Own)).Status);
        Assert.Contains("\"by\":\"marketer-", (await api.GetAsync("/v1/audit", cookie)).Text, StringComparison.Ordinal);
        (await api.DeleteAsync("/v1/keys/none", cookie, Own)).IsProblem(403, "role-insufficient");
    }

    [Theory]
    [InlineData("https://localhost", true)]
    [InlineData("https://experiments.example", true)]
    [InlineData("http://experiments.example", true)]
    [InlineData("http://127.0.0.1:5080", false)]
    public async Task Cookie_IsSecureButOnLoopbackWithoutTls(string address, bool secure)
    {
        await using var api = new ApiHost();
        var secret = await api.KeyAsync(Role.Viewer);
        using var client = api.CreateClient(new() { BaseAddress = new Uri(address), AllowAutoRedirect = false });
        var answer = await ApiHost.SendAsync(
            client, HttpMethod.Post, SignIn.Path, "key=" + secret, "application/x-www-form-urlencoded", ("Origin", address));
        var set = answer.Headers["Set-Cookie"];
        Assert.Equal(secure, set.StartsWith("__Host-", StringComparison.Ordinal));
        Assert.Equal(secure, set.Contains("; secure", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://localhost.evil.example")]
    [InlineData("Origin", "http://localhost:8081")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("X-Nothing", "of importance")]
    public async Task Change_ByCookieFromElsewhere_IsRefused(string header, string value)
    {
        await using var api = new ApiHost();
        var secret = await api.KeyAsync(Role.Admin);
        var cookie = CookieOf(await EnterAsync(api, secret));
        (await api.PostAsync("/v1/kpis", ApiHost.Kpi, cookie, (header, value))).IsProblem(403, "origin-refused");
        (await api.SendAsync(HttpMethod.Post, SignIn.OutPath, headers: [cookie, (header, value)])).IsProblem(403, "origin-refused");
        (await EnterAsync(api, secret, headers: (header, value))).IsProblem(403, "origin-refused");
        Assert.Empty(api.Catalog.State.Kpis);

        // The key itself is no cookie: a page that has it was given it.
        Assert.Equal(HttpStatusCode.Created, (await api.PostAsync("/v1/kpis", ApiHost.Kpi, ("Authorization", "Bearer " + secret), (header, value))).Status);
    }

    [Fact]
    public async Task Change_WithoutKeysFromAForeignPage_IsRefused()
    {
        await using var api = new ApiHost();
        await api.DraftAsync();
        (await api.PostAsync("/v1/experiments/spring-email/start", null, ("Origin", "https://evil.example"))).IsProblem(403, "origin-refused");
        (await api.PostAsync("/v1/experiments/spring-email/start", null, ("Sec-Fetch-Site", "cross-site"))).IsProblem(403, "origin-refused");
        Assert.Equal(HttpStatusCode.OK, (await api.PostAsync("/v1/experiments/spring-email/start", null, Own)).Status);
    }

    [Fact]
    public async Task Session_EndsWithItsKeyItsTimeAndItsSignOut()
    {
        await using var api = new ApiHost();
        var secret = await api.KeyAsync(Role.Viewer);
        var entered = await EnterAsync(api, secret);
        var cookie = CookieOf(entered);
        using var client = api.CreateClient(new() { AllowAutoRedirect = false });
        var left = await ApiHost.SendAsync(client, HttpMethod.Post, SignIn.OutPath, null, "", cookie, Own);
        Assert.Equal(SignIn.Path, left.Headers["Location"]);
        Assert.Contains("experiments-session=;", left.Headers["Set-Cookie"], StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/kpis", cookie)).Status);
        api.Jump(TimeSpan.FromHours(12));
        (await api.GetAsync("/v1/kpis", cookie)).IsProblem(401, "key-required");

        cookie = CookieOf(await EnterAsync(api, secret));
        await api.Catalog.CommitAsync(
            "test",
            state => new CatalogChange("key.revoke", "", state.AccessKeys.Values.Single() with { Revoked = true, Version = 2 }),
            TestContext.Current.CancellationToken);
        (await api.GetAsync("/v1/kpis", cookie)).IsProblem(401, "key-required");
    }

    [Fact]
    public async Task Cookie_ForgedOrOfAnotherStore_IsNone()
    {
        await using var api = new ApiHost();
        await using var other = new ApiHost();
        var secret = await api.KeyAsync(Role.Admin);
        await other.KeyAsync(Role.Admin);
        var (name, value) = CookieOf(await EnterAsync(api, secret));
        foreach (var wrong in new[] { value[..^1], value + "A", value[..30] + "x" + value[31..], "experiments-session=" + secret, "experiments-session=" })
            (await api.GetAsync("/v1/kpis", (name, wrong))).IsProblem(401, "key-required");
        (await other.GetAsync("/v1/kpis", (name, value))).IsProblem(401, "key-required");
    }

    [Fact]
    public async Task Cookie_SurvivesARestart()
    {
        using var folder = new TemporaryFolder();
        (string, string) cookie;
        await using (var first = new ApiHost(folder.Path))
        {
            cookie = CookieOf(await EnterAsync(first, await first.KeyAsync(Role.Viewer)));
        }

        await using var second = new ApiHost(folder.Path);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/v1/kpis", cookie)).Status);
    }

    [Fact]
    public async Task SignIn_WithWhatOpensNothing_SaysSoInTheirLanguage()
    {
        await using var api = new ApiHost();
        var app = await api.KeyAsync(Role.App);
        var wrong = await EnterAsync(api, app + "x", headers: [("Accept-Language", "fr-FR,fr;q=0.9"), Own]);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.Contains("Cette clé est inconnue", wrong.Text, StringComparison.Ordinal);
        var refused = await EnterAsync(api, app);
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("opens no page", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(app, refused.Text, StringComparison.Ordinal);
        Assert.False(refused.Headers.ContainsKey("Set-Cookie"));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("/sign-in?returnTo=/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/a\tb")]
    public async Task SignIn_ReturnAddressOfAnother_EndsAtHome(string returnTo)
    {
        await using var api = new ApiHost();
        Assert.Equal("/", (await EnterAsync(api, await api.KeyAsync(Role.Viewer), returnTo)).Headers["Location"]);
        var page = await api.GetAsync($"{SignIn.Path}?returnTo={Uri.EscapeDataString("/x\"><script>alert(1)</script>")}");
        Assert.DoesNotContain("<script", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "/sign-in?returnTo=%2Fexperiments%2Fa%3Fb%3D1", 302)]
    [InlineData("none", "/sign-in?returnTo=%2Fexperiments%2Fa%3Fb%3D1", 302)]
    [InlineData("cross-site", null, 200)]
    public async Task Page_WithoutASession_AsksToSignIn(string? site, string? location, int status)
    {
        await using var api = new ApiHost();
        await api.KeyAsync(Role.Viewer);
        var context = new DefaultHttpContext { RequestServices = api.Services };
        context.Request.Method = "GET";
        context.Request.Path = "/experiments/a";
        context.Request.QueryString = new QueryString("?b=1");
        if (site is not null) context.Request.Headers["Sec-Fetch-Site"] = site;
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new PageAccess(), new AccessRequirement(Role.Viewer, Role.Viewer)), "page"));
        var body = new MemoryStream();
        context.Response.Body = body;
        await ActivatorUtilities.CreateInstance<AccessMiddleware>(api.Services, (RequestDelegate)(_ => throw new InvalidOperationException("let in")))
            .InvokeAsync(context);
        Assert.Equal(status, context.Response.StatusCode);
        Assert.Equal(location ?? "", context.Response.Headers.Location.ToString());
        // A link in a mail comes without the strict cookie: the page asks again by itself, and then it comes along.
        if (location is null) Assert.Contains("http-equiv=\"refresh\"", Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
    }

    private static async Task<Answer> EnterAsync(
        ApiHost api, string key, string returnTo = "/", params (string, string)[] headers)
    {
        using var client = api.CreateClient(new() { AllowAutoRedirect = false });
        var form = $"key={Uri.EscapeDataString(key)}&returnTo={Uri.EscapeDataString(returnTo)}";
        return await ApiHost.SendAsync(
            client, HttpMethod.Post, SignIn.Path, form, "application/x-www-form-urlencoded", headers.Length == 0 ? [Own] : headers);
    }

    private static (string, string) CookieOf(Answer answer) => ("Cookie", answer.Headers["Set-Cookie"].Split(';')[0]);
}
