using System.Text.Json;
using StackExchange.Redis;

namespace Experiments.Sdk.Snapshots;

/// <summary>The snapshot where the service keeps it in Redis.</summary>
internal sealed class RedisSnapshotSource(RedisLink link, string prefix) : ISnapshotSource
{
    private readonly RedisKey _key = $"{prefix}{{{RedisLink.CatalogShard}}}:k:snapshot";

    public string Name => "Redis";

    public async Task FetchAsync(SnapshotHolder holder, CancellationToken cancellationToken)
    {
        try
        {
            var database = await link.ConnectedAsync(cancellationToken).ConfigureAwait(false);
            var value = await database.StringGetAsync(_key).WaitAsync(cancellationToken).ConfigureAwait(false);
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
}
