using Experiments.Api.Shared;
using StackExchange.Redis;

namespace Experiments.Api.Store.Redis;

/// <summary>The one connection of a process to its Redis: made, checked and subscribed at the first use.</summary>
internal sealed class RedisConnection(
    string connectionString, RedisKeys keys, bool allowVolatile, StoreNotices notices, ILogger logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly RedisIdentity _identity = new(keys, logger);
    private volatile string _durability = StoreDurability.Memory;
    private ConnectionMultiplexer? _connection;
    private IDatabase? _database;
    private volatile bool _disposed;

    public StoreStatus Status => new(_identity.Epoch, _durability);

    public async ValueTask<IDatabase> DatabaseAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(RedisStore));
        cancellationToken.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _database) is { } ready)
        {
            return ready;
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(RedisStore));
            return _database ?? await OpenAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await _identity.DisposeAsync().ConfigureAwait(false);
        await _gate.WaitAsync().ConfigureAwait(false); // the gate stays, for those who still wait at it to be told
        try
        {
            if (Interlocked.Exchange(ref _connection, null) is { } connection)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>How we want to be connected, whatever the connection string leaves open.</summary>
    internal static ConfigurationOptions Options(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false; // a Redis that is late must not stop the service for good
        options.AllowAdmin = true; // the client counts CONFIG GET among the administrator's commands
        options.ClientName ??= "experiments";
        options.ReconnectRetryPolicy = new ExponentialRetry(250, 2000);

        // A commit that waited in a queue would be computed on an old state: better to fail at once, so that the caller answers 503
        // and the client keeps its events.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        return options;
    }

    private async Task<IDatabase> OpenAsync()
    {
        // Not cancellable: a connection half made would be lost. It takes connectTimeout at most.
        var connection = _connection ??= Watched(
            await ConnectionMultiplexer.ConnectAsync(Options(connectionString)).ConfigureAwait(false));
        var database = connection.GetDatabase();
        await database.PingAsync(CommandFlags.DemandMaster).ConfigureAwait(false);
        _durability = await RedisDurability.CheckAsync(connection, allowVolatile, logger).ConfigureAwait(false);
        await _identity.StartAsync(connection).ConfigureAwait(false);

        // Subscribed anew by the client after each reconnection.
        await connection.GetSubscriber()
            .SubscribeAsync(keys.Changes, (_, shard) => notices.Publish(shard.ToString()))
            .ConfigureAwait(false);
        Volatile.Write(ref _database, database);
        return database;
    }

    private ConnectionMultiplexer Watched(ConnectionMultiplexer connection)
    {
        connection.ConnectionFailed += (_, failure) => logger.RedisLost(failure.EndPoint?.ToString(), failure.FailureType);
        connection.ConnectionRestored += (_, restored) => logger.RedisBack(restored.EndPoint?.ToString());
        return connection;
    }
}
