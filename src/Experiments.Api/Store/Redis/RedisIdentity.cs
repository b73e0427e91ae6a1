using System.Globalization;
using System.IO.Hashing;
using Experiments.Api.Shared;
using StackExchange.Redis;

namespace Experiments.Api.Store.Redis;

/// <summary>Tells which Redis answers: after a restart or a failover it may have lost what it acknowledged last, and its epoch changes.</summary>
internal sealed class RedisIdentity(RedisKeys keys, ILogger logger) : IAsyncDisposable
{
    // A failover takes seconds: looking once a second is soon enough, since senders keep what was acknowledged for two minutes.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private int _disposed;
    private volatile string _epoch = "";
    private Task _watching = Task.CompletedTask;

    public string Epoch => _epoch;

    /// <summary>Reads the epoch, then keeps it up to date.</summary>
    public async Task StartAsync(IConnectionMultiplexer connection)
    {
        var id = keys.Of("store").Value("id");
        var database = connection.GetDatabase();
        await database.StringSetAsync(id, Guid.NewGuid().ToString("N"), when: When.NotExists, flags: CommandFlags.DemandMaster).ConfigureAwait(false);
        var store = (string?)await database.StringGetAsync(id, CommandFlags.DemandMaster).ConfigureAwait(false);
        _epoch = await ReadAsync(connection, store).ConfigureAwait(false);
        _watching = Task.Run(() => WatchAsync(connection, store), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task WatchAsync(IConnectionMultiplexer connection, string? store)
    {
        using var timer = new PeriodicTimer(Interval);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false);
                var epoch = await ReadAsync(connection, store).ConfigureAwait(false);
                if (epoch != _epoch) logger.EpochChanged();
                _epoch = epoch;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception failure) when (failure is RedisException or ObjectDisposedException)
            {
                // Away: the epoch is read again as soon as it is back, before or after the first commit on it.
            }
        }
    }

    /// <summary>The run of each primary: a restart and a promoted replica have another.</summary>
    private static async Task<string> ReadAsync(IConnectionMultiplexer connection, string? store)
    {
        var runs = new List<string>();
        foreach (var server in connection.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
        {
            var info = await server.InfoAsync("server").ConfigureAwait(false);
            runs.AddRange(info.SelectMany(section => section).Where(line => line.Key == "run_id").Select(line => line.Value));
        }

        runs.Sort(StringComparer.Ordinal);
        var hash = XxHash64.HashToUInt64(StoreText.Utf8.GetBytes($"{store} {string.Join(' ', runs)}"));
        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }
}
