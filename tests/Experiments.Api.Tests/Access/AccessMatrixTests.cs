using Experiments.Api.Access;
using Experiments.Api.Tests.Common;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Api.Tests.Access;

/// <summary>Every operation of the description, asked by every kind of caller: who may is written here, a second time and by hand.</summary>
public sealed class AccessMatrixTests
{
    private const string Nobody = "nobody", Wrong = "wrong", App = "app", Browser = "browser", Viewer = "viewer", Marketer = "marketer", Admin = "admin";

    private static readonly string[] Everybody = [Nobody, Wrong, App, Browser, Viewer, Marketer, Admin];
    private static readonly string[] PagesOfApps = [App, Browser, Marketer, Admin];
    private static readonly string[] Apps = [App, Marketer, Admin];
    private static readonly string[] AppsAndReaders = [App, Viewer, Marketer, Admin];
    private static readonly string[] Readers = [Viewer, Marketer, Admin];
    private static readonly string[] Marketers = [Marketer, Admin];
    private static readonly string[] Administrators = [Admin];

    private static readonly Dictionary<string, string[]> MayCall = new()
    {
        ["GET /health/live"] = Everybody,
        ["GET /health/ready"] = Everybody,
        ["POST /ofrep/v1/evaluate/flags"] = PagesOfApps,
        ["GET /ofrep/v1/evaluate/flags/changes"] = [App, Browser, Viewer, Marketer, Admin],
        ["POST /ofrep/v1/evaluate/flags/{key}"] = PagesOfApps,
        ["POST /v1/allocations"] = Readers,
        ["POST /v1/analyses"] = Readers,
        ["POST /v1/assignments"] = PagesOfApps,
        ["POST /v1/assignments/arms"] = Apps,
        ["GET /v1/audit"] = Readers,
        ["GET /v1/audit/verify"] = Readers,
        ["GET /v1/best-practices"] = Readers,
        ["GET /v1/best-practices/{key}"] = Readers,
        ["POST /v1/best-practices/{key}/retire"] = Marketers,
        ["POST /v1/events"] = PagesOfApps,
        ["GET /v1/experiments"] = Readers,
        ["POST /v1/experiments"] = Marketers,
        ["GET /v1/experiments/{key}"] = Readers,
        ["PATCH /v1/experiments/{key}"] = Marketers,
        ["DELETE /v1/experiments/{key}"] = Marketers,
        ["GET /v1/experiments/{key}/decisions"] = Readers,
        ["POST /v1/experiments/feature-management"] = Marketers,
        ["GET /v1/experiments/{key}/feature-management.json"] = Readers,
        ["GET /v1/experiments/{key}/history"] = Readers,
        ["POST /v1/experiments/{key}/import"] = Marketers,
        ["POST /v1/experiments/{key}/pause"] = Marketers,
        ["POST /v1/experiments/{key}/policy-values"] = Readers,
        ["POST /v1/experiments/{key}/promotions"] = Marketers,
        ["POST /v1/experiments/{key}/promotions/approve"] = Marketers,
        ["POST /v1/experiments/{key}/promotions/reject"] = Marketers,
        ["GET /v1/experiments/{key}/results"] = Readers,
        ["GET /v1/experiments/{key}/results/stream"] = Readers,
        ["POST /v1/experiments/{key}/resume"] = Marketers,
        ["POST /v1/experiments/{key}/start"] = Marketers,
        ["POST /v1/experiments/{key}/stop"] = Marketers,
        ["GET /v1/hypotheses"] = Readers,
        ["POST /v1/hypotheses"] = Marketers,
        ["GET /v1/hypotheses/{key}"] = Readers,
        ["PATCH /v1/hypotheses/{key}"] = Marketers,
        ["DELETE /v1/hypotheses/{key}"] = Marketers,
        ["POST /v1/identities/aliases"] = Apps,
        ["GET /v1/keys"] = Administrators,
        ["POST /v1/keys"] = Administrators,
        ["GET /v1/keys/{key}"] = Administrators,
        ["DELETE /v1/keys/{key}"] = Administrators,
        ["POST /v1/keys/{key}/rotate"] = Administrators,
        ["GET /v1/knowledge/beliefs"] = Readers,
        ["GET /v1/knowledge/effects"] = Readers,
        ["GET /v1/knowledge/hypotheses"] = Readers,
        ["GET /v1/kpis"] = Readers,
        ["POST /v1/kpis"] = Marketers,
        ["GET /v1/kpis/{key}"] = Readers,
        ["PATCH /v1/kpis/{key}"] = Marketers,
        ["DELETE /v1/kpis/{key}"] = Marketers,
        ["POST /v1/plans"] = Readers,
        ["GET /v1/priors"] = Readers,
        ["GET /v1/promotions"] = Readers,
        ["GET /v1/snapshot"] = AppsAndReaders,
        ["DELETE /v1/users/{id}"] = Administrators,
        ["GET /v1/webhooks"] = Marketers,
        ["POST /v1/webhooks"] = Marketers,
        ["GET /v1/webhooks/{key}"] = Marketers,
        ["PATCH /v1/webhooks/{key}"] = Marketers,
        ["DELETE /v1/webhooks/{key}"] = Marketers,
        ["GET /v1/webhooks/{key}/deliveries"] = Marketers,
        ["POST /v1/webhooks/{key}/rotate"] = Marketers,
        ["POST /v1/webhooks/{key}/test"] = Marketers,
    };

    [Theory]
    [InlineData(Nobody)]
    [InlineData(Wrong)]
    [InlineData(App)]
    [InlineData(Browser)]
    [InlineData(Viewer)]
    [InlineData(Marketer)]
    [InlineData(Admin)]
    public async Task Operation_LetsInWhomItsRowNames_AndNobodyElse(string caller)
    {
        await using var api = new ApiHost(null, ("Experiments:RateLimits:WrongKeysPerSecond", "100000"));
        var headers = await HeadersAsync(api, caller);
        var faults = new List<string>();
        foreach (var operation in await OperationsAsync(api))
        {
            var answer = await CallAsync(api, operation, headers);
            var (status, code) = Expected(caller, MayCall[operation]);
            // OFREP has errors of its own shape.
            var told = operation.Contains("/ofrep/", StringComparison.Ordinal) ? "\"errorCode\":\"GENERAL\"" : $"\"code\":\"{code}\"";
            var isRight = status is { } refusal
                ? (int)answer.Status == refusal && answer.Text.Contains(told, StringComparison.Ordinal)
                : (int)answer.Status is not (401 or 403 or 429);
            if (!isRight) faults.Add($"{operation}: {(int)answer.Status} {answer.Text}");
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Operations_HaveEachARow_AndRowsAnOperation()
    {
        await using var api = new ApiHost();
        Assert.Equal(MayCall.Keys.Order(StringComparer.Ordinal), (await OperationsAsync(api)).Order(StringComparer.Ordinal));
    }

    /// <summary>What the description leaves out too: pages, metrics.</summary>
    [Fact]
    public async Task Routes_SayEachWhoMayUseThem()
    {
        await using var api = new ApiHost();
        var silent = api.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<AccessRequirement>() is null && e.Metadata.GetMetadata<PublicAccess>() is null)
            .Select(e => e.RoutePattern.RawText);
        Assert.Empty(silent.Distinct());
    }

    [Fact]
    public async Task WhatIsNoOperation_IsToldAsThat_NotAsALackOfRights()
    {
        await using var api = new ApiHost();
        var viewer = ("Authorization", "Bearer " + await api.KeyAsync(Role.Viewer));
        (await api.GetAsync("/v1/nothing", viewer)).IsProblem(404, "route-not-found");
        (await api.SendAsync(HttpMethod.Put, "/v1/kpis", "{}", headers: viewer)).IsProblem(405, "method-not-allowed");
        (await api.PostAsync("/v1/experiments/nothing/import?variant=v", "{}", viewer)).IsProblem(415, "unsupported-media-type");
        (await api.GetAsync("/v1/nothing")).IsProblem(401, "key-required");
    }

    private static (int? Status, string? Code) Expected(string caller, string[] allowed) => caller switch
    {
        _ when allowed.Contains(caller) => (null, null),
        Nobody => (401, "key-required"),
        Wrong => (401, "key-invalid"),
        // A browser key may less than an app's: where even that may not, the role is what is told.
        Browser when allowed.Contains(App) => (403, "browser-key"),
        _ => (403, "role-insufficient"),
    };

    private static async Task<(string Name, string Value)[]> HeadersAsync(ApiHost api, string caller)
    {
        // One key at least, so that the service asks for keys.
        var admin = await api.KeyAsync(Role.Admin);
        var key = caller switch
        {
            Nobody => null,
            Wrong => SecretKeys.Create(Role.Admin, api.Clock.GetUtcNow()).Secret,
            Browser => await api.KeyAsync(Role.App, browser: true),
            Admin => admin,
            _ => await api.KeyAsync(RoleNames.Parse(caller)!.Value),
        };
        return key is null ? [] : [("Authorization", "Bearer " + key)];
    }

    private static Task<Answer> CallAsync(ApiHost api, string operation, (string, string)[] headers)
    {
        var (method, template) = operation.Split(' ') is [var first, var second] ? (new HttpMethod(first), second) : throw new FormatException(operation);
        // Nothing has this name: whoever is let in finds nothing, or is told what is wrong with the body.
        var path = template.Replace("{key}", "nothing", StringComparison.Ordinal).Replace("{id}", "nothing", StringComparison.Ordinal);
        var hasBody = method == HttpMethod.Post || method == HttpMethod.Patch;
        var type = template.EndsWith("/import", StringComparison.Ordinal) ? "text/csv" : "application/json";
        return api.SendAsync(method, path, hasBody ? "{}" : null, type, headers);
    }

    private static async Task<string[]> OperationsAsync(ApiHost api)
    {
        using var client = api.CreateClient();
        var description = await ApiHost.SendAsync(client, HttpMethod.Get, "/openapi.json", null, "");
        return [.. description.Json.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(o => $"{o.Name.ToUpperInvariant()} {path.Name}"))];
    }
}
