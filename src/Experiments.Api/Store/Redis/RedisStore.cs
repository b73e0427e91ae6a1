using Experiments.Api.Shared;
using StackExchange.Redis;

namespace Experiments.Api.Store.Redis;

/// <summary>The store on Redis 7 or later, one server or a cluster: a commit is one MULTI/EXEC conditioned on the shard's version.</summary>
/// <remarks>No script: in Redis-compatible servers scripts are not always atomic in a crash, transactions are. With
/// <c>appendfsync always</c> what was acknowledged survives; with <c>everysec</c> a crash may lose the last two seconds.</remarks>
internal sealed class RedisStore : IStore
{
    // A replica may be behind: a version must be read where it is written.
    private const CommandFlags Primary = CommandFlags.DemandMaster;
    private readonly RedisKeys _keys;
    private readonly RedisConnection _connection;
    private readonly StoreNotices _notices;
    private readonly RedisReplication? _replication;

    /// <param name="connectionString">Of StackExchange.Redis.</param>
    /// <param name="prefix">Put before every key.</param>
    /// <param name="allowVolatile">Whether a Redis that may lose data is taken.</param>
    /// <param name="logger">Where the store says what it does.</param>
    /// <param name="replicas">Replicas that must have a commit before it is acknowledged; 0: none.</param>
    public RedisStore(string connectionString, string prefix, bool allowVolatile, ILogger logger, int replicas = 0)
    {
        _replication = replicas > 0 ? new RedisReplication(replicas) : null;
        _keys = new RedisKeys(prefix);
        _notices = new StoreNotices(logger);
        _connection = new RedisConnection(connectionString, _keys, allowVolatile, _notices, logger);
    }

    public StoreStatus Status
    {
        get
        {
            var status = _connection.Status;
            return _replication is null || status.Durability == StoreDurability.Memory ? status : status with { Durability = StoreDurability.Replicated };
        }
    }

    public Task<ShardRead> ReadAsync(string shard, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        RunAsync(
            async database =>
            {
                var names = _keys.Of(shard);
                var values = await database
                    .StringGetAsync([names.Version, .. keys.Select(names.Value)], Primary)
                    .ConfigureAwait(false);
                return new ShardRead(RedisVersion.Parse(values[0]), Array.ConvertAll(values[1..], Bytes));
            },
            cancellationToken);

    public Task<ShardVersion?> CommitAsync(
        string shard, ShardVersion expected, StoreCommit commit, CancellationToken cancellationToken) =>
        RunAsync(database => CommitAsync(database, shard, expected, commit), cancellationToken);

    public Task ConfirmAsync(string shard, CancellationToken cancellationToken) => _replication is null
        ? Task.CompletedTask
        : RunAsync(
            async database =>
            {
                await _replication.CatchUpAsync(database, _keys.Of(shard)).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    public Task<LogPage> ReadLogAsync(string shard, long from, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return RunAsync(database => RedisLog.ReadAsync(database, _keys.Of(shard), from, count), cancellationToken);
    }

    public Task TrimLogAsync(string shard, long before, CancellationToken cancellationToken) =>
        RunAsync(
            async database =>
            {
                await RedisLog.TrimAsync(database, _keys.Of(shard), before).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    public Task<ReadOnlyMemory<byte>> SetIfAbsentAsync(
        string shard, string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        RunAsync(
            async database =>
            {
                var name = _keys.Of(shard).Value(key);
                return await database.StringSetAsync(name, value, when: When.NotExists, flags: Primary).ConfigureAwait(false)
                    ? value
                    : Bytes(await database.StringGetAsync(name, Primary).ConfigureAwait(false))
                        ?? throw new InvalidOperationException("A key vanished that nothing removes.");
            },
            cancellationToken);

    public Task<ReadOnlyMemory<byte>> SetFieldIfAbsentAsync(
        string shard, string hash, string field, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        RunAsync(
            async database =>
            {
                var name = _keys.Of(shard).Hash(hash);
                while (true)
                {
                    if (await database.HashSetAsync(name, field, value, When.NotExists, Primary).ConfigureAwait(false)) return value;
                    // Removed in between: then the next to write is the first.
                    if (Bytes(await database.HashGetAsync(name, field, Primary).ConfigureAwait(false)) is { } kept) return kept;
                }
            },
            cancellationToken);

    public Task RemoveFieldAsync(string shard, string hash, string field, CancellationToken cancellationToken) =>
        RunAsync(database => database.HashDeleteAsync(_keys.Of(shard).Hash(hash), field, Primary), cancellationToken);

    public IDisposable Subscribe(Action<string> changed) => _notices.Subscribe(changed);

    public Task PingAsync(CancellationToken cancellationToken) =>
        RunAsync(database => database.StringSetAsync(_keys.Ping, "1", flags: Primary), cancellationToken);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task<ShardVersion?> CommitAsync(IDatabase database, string shard, ShardVersion expected, StoreCommit commit)
    {
        var names = _keys.Of(shard);
        var version = new ShardVersion(expected.Number + 1, Guid.NewGuid());
        var removed = commit.Writes.Where(write => write.Value is null).Select(write => names.Value(write.Key)).ToArray();
        KeyValuePair<RedisKey, RedisValue>[] written =
        [
            .. commit.Writes
                .Where(write => write.Value is not null)
                .Select(write => KeyValuePair.Create(names.Value(write.Key), (RedisValue)write.Value!.Value)),
            KeyValuePair.Create(names.Version, RedisVersion.Format(version)),
        ];

        var transaction = database.CreateTransaction();
        transaction.AddCondition(expected == ShardVersion.None
            ? Condition.KeyNotExists(names.Version)
            : Condition.StringEqual(names.Version, RedisVersion.Format(expected)));
        List<Task> commands = [transaction.StringSetAsync(written, When.Always, Primary)]; // one MSET: much faster than a SET each
        if (removed.Length > 0)
        {
            commands.Add(transaction.KeyDeleteAsync(removed, Primary));
        }

        if (commit.Append is { } entry)
        {
            commands.Add(transaction.ListRightPushAsync(names.Log, entry, When.Always, Primary));
        }

        if (commit.Notify)
        {
            commands.Add(transaction.PublishAsync(_keys.Changes, shard, Primary));
        }

        if (!await transaction.ExecuteAsync(Primary).ConfigureAwait(false))
        {
            return null;
        }

        await Task.WhenAll(commands).ConfigureAwait(false); // a command can fail inside of a transaction that did not
        if (_replication is not null) await _replication.WaitAsync(database, names).ConfigureAwait(false);
        return version;
    }

    private async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> body, CancellationToken cancellationToken)
    {
        try
        {
            var database = await _connection.DatabaseAsync(cancellationToken).ConfigureAwait(false);
            return await body(database).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (RedisErrors.Translate(exception) is { } translated)
        {
            throw translated;
        }
    }

    private static ReadOnlyMemory<byte>? Bytes(RedisValue value) =>
        value.IsNull ? (ReadOnlyMemory<byte>?)null : (byte[])value!; // a null array would turn into empty bytes
}
