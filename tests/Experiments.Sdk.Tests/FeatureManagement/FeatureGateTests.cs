using System.Net;
using Experiments.Sdk.Assignment;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.AspNetCore;
using Microsoft.FeatureManagement.FeatureFilters;
using Microsoft.FeatureManagement.Mvc;

namespace Experiments.Sdk.Tests.FeatureManagement;

/// <summary>Gates of a real web app: an endpoint's filter and a controller's attribute ask the feature manager that is ours.</summary>
public sealed class FeatureGateTests
{
    private const string Features = """
        {"feature_management":{"feature_flags":[{"id":"Own","enabled":true},{"id":"OwnOff","enabled":false}]}}
        """;

    [Theory, InlineData("/endpoint"), InlineData("/gated/controller")]
    public async Task Gate_OfAParameter_OpensForWhoHasTheVariant(string path)
    {
        await using var app = await StartAsync(Make.Snapshot(Make.Experiment("a", "switch", weights: [1, 1], values: ["false", "true"])));
        var client = app.Services.GetRequiredService<ExperimentsClient>();
        var opened = 0;
        for (var i = 0; i < 40; i++)
        {
            var open = client.Peek("switch", $"u{i}", false).Value;
            Assert.Equal(open ? HttpStatusCode.OK : HttpStatusCode.NotFound, await GetAsync(app, path, $"u{i}"));
            opened += open ? 1 : 0;
        }

        // Both outcomes were seen, and who was turned away is exposed too.
        Assert.InRange(opened, 1, 39);
        Assert.Equal(40, client.Counts.Enqueued);
    }

    [Fact]
    public async Task Gate_OfAnOwnFeature_StaysAsItWas()
    {
        await using var app = await StartAsync(Make.Snapshot(Make.Experiment("a", "switch")));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(app, "/own", "u1"));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(app, "/own-off", "u1"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(app, "/gated/own", "u1"));
        Assert.Equal(0, app.Services.GetRequiredService<ExperimentsClient>().Counts.Enqueued);
    }

    [Theory, InlineData("/endpoint"), InlineData("/gated/controller")]
    public async Task Gate_NobodyDecides_IsClosed(string path)
    {
        await using var app = await StartAsync(snapshot: null);
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(app, path, "u1"));
        app.Services.GetRequiredService<ExperimentsClient>().Offer(Make.Snapshot(Make.Experiment("a", "switch")));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(app, path, "u1"));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync(app, path, user: null));
    }

    private static async Task<WebApplication> StartAsync(Snapshot? snapshot)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Features)));
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddControllers().AddApplicationPart(typeof(GatedController).Assembly);
        builder.Services.AddFeatureManagement().WithTargeting<UserOfTheRequest>().WithExperiments(options =>
        {
            options.Endpoint = new Uri("http://127.0.0.1:9");
            options.InMemoryOnly = true;
            options.StartupWait = options.ShutdownWait = TimeSpan.Zero;
        });
        var app = builder.Build();
        app.MapControllers();
        app.MapGet("/endpoint", () => "open").WithFeatureGate("switch");
        app.MapGet("/own", () => "open").WithFeatureGate("Own");
        app.MapGet("/own-off", () => "open").WithFeatureGate("OwnOff");
        if (snapshot is not null) app.Services.GetRequiredService<ExperimentsClient>().Offer(snapshot);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static async Task<HttpStatusCode> GetAsync(WebApplication app, string path, string? user)
    {
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        if (user is not null) http.DefaultRequestHeaders.Add("X-User", user);
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private sealed class UserOfTheRequest(IHttpContextAccessor requests) : ITargetingContextAccessor
    {
        public ValueTask<TargetingContext> GetContextAsync() => new(new TargetingContext
        {
            UserId = requests.HttpContext?.Request.Headers["X-User"].FirstOrDefault(),
            Groups = [],
        });
    }
}

/// <summary>Actions behind gates; public, or MVC does not find it.</summary>
[ApiController, Route("gated")]
public sealed class GatedController : ControllerBase
{
    /// <summary>Behind a parameter.</summary>
    [HttpGet("controller"), FeatureGate("switch")]
    public IActionResult Parameter() => Ok();

    /// <summary>Behind a feature of the app's own.</summary>
    [HttpGet("own"), FeatureGate("Own")]
    public IActionResult Own() => Ok();
}
