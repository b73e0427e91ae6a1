using System.Net;
using System.Text.Json;
using Experiments.Api.Shared;
using Experiments.Api.Tests.Common;
using Experiments.Api.Webhooks;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Api.Tests.Webhooks;

/// <summary>Addresses that would make the service ask inside its own network.</summary>
public sealed class WebhookAddressTests(SharedApi shared) : IClassFixture<SharedApi>
{
    public static TheoryData<string> HostileUrls =>
    [
        "http://hooks.shop.com/x", "ftp://hooks.shop.com/x", "file:///etc/passwd", "gopher://127.0.0.1:6379/_FLUSHALL", "data:text/html,x",
        "javascript:alert(1)", "//hooks.shop.com/x", "/x", "hooks.shop.com", "https://", "https:///x", "https://user:pass@hooks.shop.com/",
        "https://hooks.shop.com@127.0.0.1/", "https://hooks.shop.com/#f", "https://hooks.shop.com\\@127.0.0.1/", "https://hooks.shop.com/a b",
        "https://hooks.shop.com/\nHost: x", "https://hooks.shop.com/\u0000", "https://127.0.0.1/", "https://127.0.0.1:6379/", "https://127.1/",
        "https://127.255.255.254/", "https://2130706433/", "https://0x7f000001/", "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://017700000001/",
        "https://0/", "https://0.0.0.0/", "https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://a.localhost/", "https://[::1]/",
        "https://[::]/", "https://[0:0:0:0:0:0:0:1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[::127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[2001:0:7f00:1::]/", "https://[fe80::1]/", "https://[fe80::1%25eth0]/",
        "https://[fc00::1]/", "https://[fd12:3456::1]/", "https://[ff02::1]/", "https://[2001:db8::1]/", "https://10.0.0.1/", "https://172.16.0.1/",
        "https://172.31.255.255/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data/", "https://169.254.170.2/v2/credentials",
        "https://2852039166/", "https://0xa9fea9fe/", "https://100.64.0.1/", "https://100.100.100.200/", "https://192.0.0.192/", "https://198.18.0.1/",
        "https://224.0.0.1/", "https://255.255.255.255/", "https://metadata.google.internal/", "https://redis/", "https://printer.local/",
        "https://router.lan/", "https://\u2460\u2461\u2466.0.0.1/", "https://\uff11\uff12\uff17.0.0.1/", "https://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3/",
    ];

    [Theory, MemberData(nameof(HostileUrls))]
    public async Task Create_WithAHostileUrl_IsRefused(string url)
    {
        var body = JsonSerializer.Serialize(new Dictionary<string, string> { ["key"] = "hook", ["url"] = url });
        var answer = await shared.Api.PostAsync("/v1/webhooks", body);
        answer.IsProblem(422, "url-refused", "url");
        Assert.Empty(shared.Api.Catalog.State.Webhooks);
    }

    [Fact]
    public void HostileUrls_AreSixtyAtLeast() => Assert.True(HostileUrls.Count >= 60);

    [Theory]
    [InlineData("https://hooks.shop.com/x")]
    [InlineData("https://93.184.216.34:8443/x?y=1")]
    [InlineData("https://[2606:4700::1111]/x")]
    [InlineData("https://caf\u00e9.fr/x")]
    public void PublicUrl_IsTaken(string url) => Assert.Null(WebhookUrl.Problem(url, allowPrivate: false));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("93.184.216.34,10.0.0.1")]
    [InlineData("")]
    public async Task Name_ThatLeadsInside_IsRefusedAtDelivery(string addresses)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var api = new ApiHost();
        var asked = 0;
        await using var resolving = Resolving(api, () =>
        {
            asked++;
            return [.. addresses.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)];
        });
        var outcome = await TestAsync(resolving, $"https://hooks.shop.com:{receiver.Port}/x");
        Assert.Equal("addressRefused", outcome);
        Assert.Equal(1, asked);
        Assert.Empty(receiver.Messages);
    }

    [Fact]
    public async Task Name_ThatLeadsElsewhereTheSecondTime_IsAskedOnceAndPinned()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var api = new ApiHost();
        var asked = 0;
        // Public when it is checked, loopback when asked again: what DNS rebinding does. Nobody listens on the documentation's own address.
        await using var resolving = Resolving(api, () => [IPAddress.Parse(asked++ == 0 ? "93.184.216.34" : "127.0.0.1")], timeoutSeconds: "1");
        var first = await TestAsync(resolving, $"https://hooks.shop.com:{receiver.Port}/x");
        Assert.Contains(first, new[] { "timedOut", "unreachable" });
        Assert.Equal(1, asked);
        Assert.Equal("addressRefused", await SendAsync(resolving));
        Assert.Equal(2, asked);
        Assert.Empty(receiver.Messages);
    }

    private static WebApplicationFactory<Problem> Resolving(
        ApiHost api, Func<IPAddress[]> resolve, string timeoutSeconds = "10") => api.WithWebHostBuilder(b =>
    {
        b.UseSetting("Experiments:Webhooks:TimeoutSeconds", timeoutSeconds);
        b.ConfigureTestServices(services => services.AddSingleton<HostResolver>((_, _) => Task.FromResult(resolve())));
    });

    private static async Task<string> TestAsync(WebApplicationFactory<Problem> api, string url)
    {
        using var client = api.CreateClient();
        var made = await ApiHost.SendAsync(client, HttpMethod.Post, "/v1/webhooks", $$"""{"key":"hook","url":"{{url}}"}""", "application/json");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        return await SendAsync(api);
    }

    private static async Task<string> SendAsync(WebApplicationFactory<Problem> api)
    {
        using var client = api.CreateClient();
        var answer = await ApiHost.SendAsync(client, HttpMethod.Post, "/v1/webhooks/hook/test", null, "");
        return answer.Json.GetProperty("outcome").GetString()!;
    }
}
