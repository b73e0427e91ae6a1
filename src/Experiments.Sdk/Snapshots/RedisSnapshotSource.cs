using System.Text.Json;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Experiments.Sdk.Snapshots;

/// <summary>The snapshot where the service keeps it in Redis, and the notice of its changes.</summary>
/// <param name="connectionString">StackExchange.Redis connection string.</param>
/// <param name="prefix">Prefix of the service's keys.</param>
/// <param name="loggers">For the connection's own log.</param>
internal sealed class RedisSnapshotSource(string connectionString, string prefix, ILoggerFactory loggers) : ISnapshotSource, IAsyncDisposable
{
    /// <summary>Shard of the catalogue: the message that announces its change.</summary>
    public const string CatalogShard = "catalog";

    private readonly RedisKey _key = $"{prefix}{{{CatalogShard}}}:k:snapshot";
    private readonly RedisChannel _channel = RedisChannel.Literal($"{prefix}changes");
    private ConnectionMultiplexer? _connection;

    /// <summary>Called when the catalogue has changed, and when the connection is back; must return at once.</summary>
    public event Action? Changed;

    public string Name => "Redis";

    public async Task FetchAsync(SnapshotHolder holder, CancellationToken cancellationToken)
    {
        try
        {
            var connection = _connection ??= await ConnectAsync(cancellationToken).ConfigureAwait(false);
            var value = await connection.GetDatabase().StringGetAsync(_key).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (value.IsNull) throw new SnapshotUnavailableException($"there is no key {_key}");
            holder.Offer(((ReadOnlyMemory<byte>)value).Span);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            // The message of a connection failure can hold the whole connection string.
            throw new SnapshotUnavailableException(exception.GetType().Name);
        }
        catch (JsonException)
        {
            throw new SnapshotUnavailableException($"the value of {_key} is no snapshot");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection) await connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken)
    {
        var configuration = ConfigurationOptions.Parse(connectionString);
        configuration.AbortOnConnectFail = false;
        configuration.ClientName ??= "Experiments.Sdk";
        configuration.LoggerFactory ??= loggers;
        var connection = await ConnectionMultiplexer.ConnectAsync(configuration).WaitAsync(cancellationToken).ConfigureAwait(false);
        connection.ConnectionRestored += (_, _) => Changed?.Invoke();
        try
        {
            await connection.GetSubscriber()
                .SubscribeAsync(_channel, (_, shard) =>
                {
                    if (shard == CatalogShard) Changed?.Invoke();
                })
                .WaitAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
