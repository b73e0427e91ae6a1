using System.Globalization;

[assembly: AssemblyFixture(typeof(Experiments.Api.Tests.Store.SharedRedisCluster))]

namespace Experiments.Api.Tests.Store;

/// <summary>A real Redis Cluster of three primaries for all tests of the assembly; started by the first that asks for it.</summary>
public sealed class SharedRedisCluster : IAsyncDisposable
{
    private const int Nodes = 3;
    private const int Slots = 16384;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly List<RedisServer> _servers = [];
    private bool _joined;

    /// <summary>The connection string with all endpoints; skips the test when redis-server is not installed.</summary>
    public async Task<string> ConnectionStringAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (!_joined)
            {
                await StartAsync();
                _joined = true;
            }

            return string.Join(',', _servers.Select(server => server.ConnectionString));
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _gate.Dispose();
    }

    private async Task StartAsync()
    {
        var buses = new List<int>();
        for (var node = 0; node < Nodes; node++)
        {
            // The bus port is the port plus 10,000 unless told: that may be beyond 65,535 here.
            buses.Add(RedisServer.FreePort());
            var bus = buses[node].ToString(CultureInfo.InvariantCulture);
            _servers.Add(await RedisServer.StartAsync("everysec", "--cluster-enabled", "yes", "--cluster-port", bus));
        }

        for (var node = 0; node < Nodes; node++)
        {
            var (first, last) = (Slots * node / Nodes, (Slots * (node + 1) / Nodes) - 1);
            Assert.StartsWith("+OK", await _servers[node].SendAsync($"CLUSTER ADDSLOTSRANGE {first} {last}"), StringComparison.Ordinal);
            Assert.StartsWith(
                "+OK",
                await _servers[0].SendAsync($"CLUSTER MEET 127.0.0.1 {_servers[node].Port} {buses[node]}"),
                StringComparison.Ordinal);
        }

        foreach (var server in _servers)
        {
            for (var attempt = 0; !await KnowsAllAsync(server); attempt++)
            {
                Assert.True(attempt < 600, "The nodes of the Redis cluster did not find each other.");
                await Task.Delay(50);
            }
        }
    }

    private static async Task<bool> KnowsAllAsync(RedisServer server)
    {
        var information = await server.SendAsync("CLUSTER INFO");
        return information.Contains("cluster_state:ok", StringComparison.Ordinal)
            && information.Contains($"cluster_size:{Nodes}", StringComparison.Ordinal);
    }
}
