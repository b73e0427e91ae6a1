using System.Globalization;

namespace Experiments.Api.Tests.Store;

/// <summary>A real Redis Cluster of three primaries with a replica each, for one test that kills one of them.</summary>
internal sealed class RedisClusterOfSix : IAsyncDisposable
{
    private const int Primaries = 3;
    private const int Slots = 16384;

    private readonly List<RedisServer> _servers = [];

    public string ConnectionString => string.Join(',', _servers.Select(server => server.ConnectionString));

    public IReadOnlyList<RedisServer> Servers => _servers;

    public static async Task<RedisClusterOfSix> StartAsync()
    {
        var cluster = new RedisClusterOfSix();
        try
        {
            await cluster.JoinAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
    }

    private async Task JoinAsync()
    {
        var buses = new List<int>();
        for (var node = 0; node < 2 * Primaries; node++)
        {
            buses.Add(RedisServer.FreePort());
            _servers.Add(await RedisServer.StartAsync(
                "always", "--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--repl-diskless-sync-delay", "0",
                "--cluster-port", buses[node].ToString(CultureInfo.InvariantCulture)));
        }

        for (var node = 0; node < 2 * Primaries; node++)
        {
            if (node > 0) await OkAsync(_servers[0], $"CLUSTER MEET 127.0.0.1 {_servers[node].Port} {buses[node]}");
            if (node >= Primaries) continue;
            await OkAsync(_servers[node], $"CLUSTER ADDSLOTSRANGE {Slots * node / Primaries} {(Slots * (node + 1) / Primaries) - 1}");
        }

        foreach (var server in _servers) await UntilAsync(server, "CLUSTER INFO", $"cluster_known_nodes:{2 * Primaries}");
        for (var node = 0; node < Primaries; node++)
        {
            var id = (await _servers[node].SendAsync("CLUSTER MYID")).Split("\r\n")[1];
            await UntilAsync(_servers[Primaries + node], "CLUSTER NODES", id);
            await OkAsync(_servers[Primaries + node], $"CLUSTER REPLICATE {id}");
        }

        foreach (var server in _servers) await UntilAsync(server, "CLUSTER INFO", "cluster_state:ok");
        foreach (var replica in _servers.Skip(Primaries)) await UntilAsync(replica, "INFO replication", "master_link_status:up");
    }

    private static async Task OkAsync(RedisServer server, string command) =>
        Assert.StartsWith("+OK", await server.SendAsync(command), StringComparison.Ordinal);

    private static async Task UntilAsync(RedisServer server, string command, string expected)
    {
        for (var attempt = 0; !(await server.SendAsync(command)).Contains(expected, StringComparison.Ordinal); attempt++)
        {
            Assert.True(attempt < 600, $"The cluster never said '{expected}' to {command}.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
