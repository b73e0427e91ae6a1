using System.Net;
using Experiments.Api.Store;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Api.Tests.Common;

public sealed class HealthTests
{
    [Fact]
    public async Task Healthy_SaysSo()
    {
        await using var api = new ApiHost();
        Assert.Equal("""{"status":"ok"}""", (await api.GetAsync("/health/live")).Text);
        Assert.Equal("""{"status":"ready","durability":"fsync","checks":{"store":"ok","catalog":"ok","completeness":"ok"}}""", (await api.GetAsync("/health/ready")).Text);
        Assert.StartsWith("text/html", (await api.GetAsync("/")).Headers["Content-Type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task StoreAway_IsNotReadyButLivesAndAnswers503()
    {
        await using var api = new ApiHost();
        var store = new Away(api.Services.GetRequiredService<IStore>());
        await using var broken = api.WithWebHostBuilder(b => b.ConfigureTestServices(services => services.AddSingleton<IStore>(store)));
        using var client = broken.CreateClient();
        store.IsAway = true;
        Task<Answer> GetAsync(string path) => ApiHost.SendAsync(client, HttpMethod.Get, path, null, "");

        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/health/live")).Status);
        var ready = await GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
        Assert.Equal("""{"status":"notReady","durability":"fsync","checks":{"store":"unavailable","catalog":"ok","completeness":"ok"}}""", ready.Text);
        var refused = await ApiHost.SendAsync(client, HttpMethod.Post, "/v1/kpis", ApiHost.Kpi, "application/json");
        refused.IsProblem(503, "store-unavailable");
        Assert.Equal("1", refused.Headers["Retry-After"]);
    }

    private sealed class Away(IStore inner) : DelegatingStore(inner)
    {
        public bool IsAway { get; set; }

        public override Task<ShardRead> ReadAsync(string shard, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
            IsAway ? throw new StoreUnavailableException("Away.") : base.ReadAsync(shard, keys, cancellationToken);

        public override Task PingAsync(CancellationToken cancellationToken) =>
            IsAway ? throw new StoreUnavailableException("Away.") : base.PingAsync(cancellationToken);
    }
}
