using System.Globalization;
using Experiments.Api.Store;

namespace Experiments.StoreHost;

/// <summary>A commit that the store said is done, with what the writer put in it to know it again.</summary>
internal sealed record Acknowledged(string Shard, ShardVersion Version, string Token)
{
    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Shard} {Version.Number} {Version.Commit:N} {Token}");

    public static Acknowledged FromLine(string line)
    {
        var parts = line.Split(' ');
        return new(
            parts[0], new(long.Parse(parts[1], CultureInfo.InvariantCulture), Guid.ParseExact(parts[2], "N")), parts[3]);
    }
}
