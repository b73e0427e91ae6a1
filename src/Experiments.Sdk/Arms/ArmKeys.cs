using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Experiments.Sdk.Arms;

/// <summary>Where kept arms are: one hash for each experiment and shard, one field for each user. The service and every SDK agree on it.</summary>
internal static class ArmKeys
{
    /// <summary>Shards over which a cluster can spread the users; fixed, since each user has a place in one.</summary>
    private const int Shards = 64;

    /// <summary>Shard of a user: the hash tag of his key.</summary>
    public static string ShardOf(string user) => string.Create(CultureInfo.InvariantCulture, $"a{Digest(user)[0] % Shards}");

    /// <summary>Name of the hash that holds the arms of an experiment.</summary>
    public static string HashOf(string experiment) => $"arms/{experiment}";

    /// <summary>Field of a user: 128 bits of SHA-256 of his id, which itself is kept nowhere.</summary>
    public static string FieldOf(string user) => Base64Url.EncodeToString(Digest(user).AsSpan(0, 16));

    /// <summary>The hash's key in Redis.</summary>
    public static string RedisKey(string prefix, string shard, string hash) => $"{prefix}{{{shard}}}:h:{hash}";

    private static byte[] Digest(string user) => SHA256.HashData(Encoding.UTF8.GetBytes(user));
}
