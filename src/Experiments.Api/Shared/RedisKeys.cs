using System.Collections.Concurrent;
using Experiments.Api.Store;
using StackExchange.Redis;

namespace Experiments.Api.Shared;

/// <summary>Every key in Redis is built here. The braces make all keys of a shard live on one node of a cluster.</summary>
/// <param name="prefix">Put before every key; holds no braces, or it would take the place of the hash tag.</param>
internal sealed class RedisKeys(string prefix)
{
    private readonly ConcurrentDictionary<string, ShardKeys> _shards = new(StringComparer.Ordinal);

    /// <summary>Channel of the notices that a shard has changed; the message is the shard's name.</summary>
    public RedisChannel Changes { get; } = RedisChannel.Literal($"{prefix}changes");

    /// <summary>Written by health checks: only a write shows that writes work.</summary>
    public RedisKey Ping { get; } = $"{prefix}{{catalog}}:ping";

    public ShardKeys Of(string shard) => _shards.GetOrAdd(shard, static (name, start) => new ShardKeys($"{start}{{{name}}}"), prefix);

    /// <summary>Keys of one shard.</summary>
    internal sealed class ShardKeys(string start)
    {
        private readonly byte[] _values = StoreText.Utf8.GetBytes($"{start}:k:");

        /// <summary>Its version: <c>number guid</c>, the one value that each commit checks and moves.</summary>
        public RedisKey Version { get; } = $"{start}:v";

        /// <summary>Written before replicas are waited for, so that all writes before it are waited for too.</summary>
        public RedisKey Wait { get; } = $"{start}:wait";

        /// <summary>The list of its log.</summary>
        public RedisKey Log { get; } = $"{start}:log";

        /// <summary>How many entries were trimmed from the head of its log; absent for none.</summary>
        public RedisKey Trimmed { get; } = $"{start}:trimmed";

        /// <summary>A hash of very many values of a kind; SDKs read and write the arms of users here too.</summary>
        public RedisKey Hash(string name) => $"{start}:h:{name}";

        /// <summary>A key of the store; what it holds cannot reach the other names, since they have no <c>:k:</c>.</summary>
        public RedisKey Value(string key)
        {
            var bytes = new byte[_values.Length + StoreText.Utf8.GetByteCount(key)];
            _values.CopyTo(bytes, 0);
            StoreText.Utf8.GetBytes(key, bytes.AsSpan(_values.Length));
            return bytes;
        }
    }
}
