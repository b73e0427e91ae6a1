using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Experiments.Sdk.Snapshots;

/// <summary>The SDK's one connection to the service's Redis, made in the background and shared by all that read there.</summary>
/// <param name="connectionString">StackExchange.Redis connection string.</param>
/// <param name="prefix">Prefix of the service's keys.</param>
/// <param name="loggers">For the connection's own log.</param>
internal sealed class RedisLink(string connectionString, string prefix, ILoggerFactory loggers) : IAsyncDisposable
{
    /// <summary>Shard of the catalogue: the message that announces its change.</summary>
    public const string CatalogShard = "catalog";

    private readonly RedisChannel _channel = RedisChannel.Literal($"{prefix}changes");
    private ConnectionMultiplexer? _connection;

    /// <summary>Called when the catalogue has changed, and when the connection is back; must return at once.</summary>
    public event Action? Changed;

    /// <summary>The database, or null while there is no connection: for those who cannot wait for one.</summary>
    public IDatabase? Database => _connection is { IsConnected: true } connection ? connection.GetDatabase() : null;

    /// <summary>The database, connected to if need be. One caller at a time.</summary>
    public async Task<IDatabase> ConnectedAsync(CancellationToken cancellationToken) =>
        (_connection ??= await ConnectAsync(cancellationToken).ConfigureAwait(false)).GetDatabase();

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
