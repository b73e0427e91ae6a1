using System.Net;
using Experiments.Api.Shared;
using Experiments.Api.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Api.Tests.Common;

public sealed class IdempotencyTests
{
    private static readonly (string, string) Key = ("Idempotency-Key", "one");

    [Fact]
    public async Task Repeat_SameBody_GivesTheFirstAnswer()
    {
        await using var api = new ApiHost();
        var first = await api.PostAsync("/v1/kpis", ApiHost.Kpi, Key);
        api.Clock.Advance(TimeSpan.FromHours(1));
        var second = await api.PostAsync("/v1/kpis", ApiHost.Kpi, Key);
        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(HttpStatusCode.Created, second.Status);
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(first.Headers["ETag"], second.Headers["ETag"]);
        Assert.Equal(first.Headers["Location"], second.Headers["Location"]);
        Assert.Single(api.Catalog.State.Kpis);
    }

    [Fact]
    public async Task Repeat_AnotherBody_Is422()
    {
        await using var api = new ApiHost();
        await api.PostAsync("/v1/kpis", ApiHost.Kpi, Key);
        (await api.PostAsync("/v1/kpis", ApiHost.With(ApiHost.Kpi, """{"key":"other"}"""), Key)).IsProblem(422, "idempotency-key-reused");
        Assert.Single(api.Catalog.State.Kpis);
    }

    [Fact]
    public async Task Repeat_AfterARefusal_RunsAgain()
    {
        await using var api = new ApiHost();
        (await api.PostAsync("/v1/hypotheses", ApiHost.Hypothesis, Key)).IsProblem(422, "unknown-kpi");
        await api.CreateAsync("/v1/kpis", ApiHost.Kpi);
        Assert.Equal(HttpStatusCode.Created, (await api.PostAsync("/v1/hypotheses", ApiHost.Hypothesis, Key)).Status);
    }

    [Fact]
    public async Task SameKey_OnAnotherRoute_IsAnotherKey()
    {
        await using var api = new ApiHost();
        await api.PostAsync("/v1/kpis", ApiHost.Kpi, Key);
        Assert.Equal(HttpStatusCode.Created, (await api.PostAsync("/v1/hypotheses", ApiHost.Hypothesis, Key)).Status);
    }

    [Fact]
    public async Task Concurrent_SameKey_CreatesOnce()
    {
        await using var api = new ApiHost();
        using var client = api.CreateClient();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            ApiHost.SendAsync(client, HttpMethod.Post, "/v1/kpis", ApiHost.Kpi, "application/json", Key)));
        Assert.All(answers, a => Assert.True(a.Status == HttpStatusCode.Created || a.Code == "idempotency-in-progress", a.Text));
        Assert.Contains(answers, a => a.Status == HttpStatusCode.Created);
        Assert.Single(api.Catalog.State.Kpis);
    }

    [Fact]
    public async Task InProgress_Is409UntilTheFirstIsGivenUp()
    {
        await using var api = new ApiHost();
        var first = await api.PostAsync("/v1/kpis", ApiHost.Kpi, Key);
        var store = new HeldClaims(api.Services.GetRequiredService<IStore>());
        await using var other = api.WithWebHostBuilder(b => Microsoft.AspNetCore.TestHost.WebHostBuilderExtensions.ConfigureTestServices(
            b, services => services.AddSingleton<IStore>(store)));
        using var client = other.CreateClient();
        var waiting = await ApiHost.SendAsync(client, HttpMethod.Post, "/v1/kpis", ApiHost.Kpi, "application/json", Key);
        waiting.IsProblem(409, "idempotency-in-progress");
        Assert.Equal("1", waiting.Headers["Retry-After"]);

        api.Clock.Advance(TimeSpan.FromMinutes(2));
        // The process that held the claim died; what it did shows as it is.
        (await ApiHost.SendAsync(client, HttpMethod.Post, "/v1/kpis", ApiHost.Kpi, "application/json", Key)).IsProblem(409, "kpi-exists");
        Assert.Equal(HttpStatusCode.Created, first.Status);
    }

    [Fact]
    public async Task KeyTooLong_Is400()
    {
        await using var api = new ApiHost();
        (await api.PostAsync("/v1/kpis", ApiHost.Kpi, ("Idempotency-Key", new string('k', 256)))).IsProblem(400, "invalid-idempotency-key");
    }

    /// <summary>Hides outcomes, as if the first request were still running.</summary>
    private sealed class HeldClaims(IStore inner) : DelegatingStore(inner)
    {
        public override async Task<ShardRead> ReadAsync(string shard, IReadOnlyList<string> keys, CancellationToken cancellationToken)
        {
            var read = await base.ReadAsync(shard, keys, cancellationToken);
            return shard == Idempotency.Shard ? read with { Values = [.. keys.Select(_ => (ReadOnlyMemory<byte>?)null)] } : read;
        }
    }
}
