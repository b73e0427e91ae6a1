using Experiments.Api.Access;
using Experiments.Api.Shared;
using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.Access;

public sealed class SecurityHeadersTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/sign-in")]
    [InlineData("/v1/kpis")]
    [InlineData("/v1/none")]
    [InlineData("/health/live")]
    [InlineData("/openapi.yaml")]
    [InlineData("/swagger/index.html")]
    public async Task EveryAnswer_TellsBrowsersToKeepOut(string path)
    {
        await using var api = new ApiHost();
        await api.KeyAsync(Role.Viewer);
        var answer = await api.GetAsync(path);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Equal("DENY", answer.Headers["X-Frame-Options"]);
        Assert.Equal(SecurityHeaders.ContentSecurityPolicy, answer.Headers["Content-Security-Policy"]);
        Assert.Equal("same-origin", answer.Headers["Referrer-Policy"]);
        Assert.True(answer.Headers.ContainsKey("Cache-Control"));
        Assert.False(answer.Headers.ContainsKey("Access-Control-Allow-Origin"));
        Assert.False(answer.Headers.ContainsKey("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Pages_HaveNothingThatThePolicyForbids()
    {
        await using var api = new ApiHost();
        await api.KeyAsync(Role.Viewer);
        foreach (var path in new[] { "/", "/sign-in", "/swagger/index.html" })
        {
            var page = (await api.GetAsync(path)).Text;
            Assert.DoesNotContain("<style", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(" style=", page, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotMatch(@"<script(?![^>]*\ssrc=)", page);
            Assert.DoesNotMatch(@"\son\w+\s*=", page);
        }
    }

    [Fact]
    public async Task Https_IsToStay()
    {
        await using var api = new ApiHost();
        await api.KeyAsync(Role.Viewer);
        using var client = api.CreateClient(new() { BaseAddress = new Uri("https://experiments.example") });
        var answer = await ApiHost.SendAsync(client, HttpMethod.Get, "/health/live", null, "");
        Assert.Equal("max-age=31536000", answer.Headers["Strict-Transport-Security"]);
    }

    [Fact]
    public async Task Cors_IsOffUntilConfigured_AndThenForWhatAppsUse()
    {
        (string, string)[] preflight = [("Origin", "https://shop.example"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,content-type")];
        await using (var closed = new ApiHost())
        {
            var answer = await closed.SendAsync(HttpMethod.Options, "/v1/assignments", headers: preflight);
            Assert.False(answer.Headers.ContainsKey("Access-Control-Allow-Origin"));
        }

        await using var api = new ApiHost(settings: [("Experiments:Access:Origins:0", "https://shop.example")]);
        var key = await api.KeyAsync(Role.App);
        foreach (var path in new[] { "/v1/assignments", "/v1/events", "/ofrep/v1/evaluate/flags", "/ofrep/v1/evaluate/flags/a" })
        {
            var allowed = await api.SendAsync(HttpMethod.Options, path, headers: preflight);
            Assert.Equal("https://shop.example", allowed.Headers["Access-Control-Allow-Origin"]);
            Assert.False(allowed.Headers.ContainsKey("Access-Control-Allow-Credentials"));
            var refused = await api.PostAsync(path, "{}", ("Origin", "https://shop.example"));
            Assert.Equal(401, (int)refused.Status);
            Assert.Equal("https://shop.example", refused.Headers["Access-Control-Allow-Origin"]);
            Assert.False((await api.PostAsync(path, "{}", ("Origin", "https://evil.example"))).Headers.ContainsKey("Access-Control-Allow-Origin"));
        }

        Assert.False((await api.SendAsync(HttpMethod.Options, "/v1/kpis", headers: preflight)).Headers.ContainsKey("Access-Control-Allow-Origin"));
        var read = await api.PostAsync("/v1/assignments", """{"user":"u"}""", ("Origin", "https://shop.example"), ("X-API-Key", key));
        Assert.Equal(200, (int)read.Status);
        Assert.Equal("https://shop.example", read.Headers["Access-Control-Allow-Origin"]);
    }
}
