[assembly: AssemblyFixture(typeof(Experiments.Api.Tests.Store.SharedRedis))]

namespace Experiments.Api.Tests.Store;

/// <summary>One redis-server for all tests of the assembly that need no server of their own; started by the first of them.</summary>
/// <remarks>Take it in the constructor of a test class, and a prefix per test (Experiments:RedisPrefix).</remarks>
public sealed class SharedRedis : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private RedisServer? _server;

    /// <summary>A prefix that no other test has.</summary>
    public static string NewPrefix() => $"{Guid.NewGuid():N}:";

    /// <summary>The server's connection string; skips the test when redis-server is not installed.</summary>
    public async Task<string> ConnectionStringAsync()
    {
        await _gate.WaitAsync();
        try
        {
            _server ??= await RedisServer.StartAsync("everysec");
            return _server.ConnectionString;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _gate.Dispose();
    }
}
