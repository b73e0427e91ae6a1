using System.Globalization;
using StackExchange.Redis;

namespace Experiments.Api.Store.Redis;

/// <summary>A shard's version as one value of Redis, so that one condition compares number and guid.</summary>
internal static class RedisVersion
{
    public static RedisValue Format(ShardVersion version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version.Number} {version.Commit:N}");

    public static ShardVersion Parse(RedisValue value)
    {
        if (value.IsNull)
        {
            return ShardVersion.None;
        }

        var text = value.ToString();
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0
            && long.TryParse(text.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Guid.TryParseExact(text.AsSpan(space + 1), "N", out var commit)
            ? new ShardVersion(number, commit)
            : throw new StoreRefusedException(
                "A version in Redis cannot be read: another program writes there. Set Experiments:RedisPrefix, or take another server.");
    }
}
