using System.Globalization;
using System.Text;

namespace Experiments.StoreHost;

/// <summary>The log entry of one commit of the workload.</summary>
/// <param name="Token">Tells the commit from every other.</param>
/// <param name="Amount">What it added to the shard's counter.</param>
/// <param name="Total">The counter after it.</param>
/// <param name="Records">The records it wrote.</param>
internal sealed record Entry(string Token, long Amount, long Total, IReadOnlyList<int> Records)
{
    public byte[] ToBytes(int padding) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{Token} {Amount} {Total} {string.Join(',', Records)} {new string('x', padding)}"));

    public static Entry FromBytes(ReadOnlyMemory<byte> bytes)
    {
        var parts = Encoding.UTF8.GetString(bytes.Span).Split(' ');
        return new(
            parts[0],
            long.Parse(parts[1], CultureInfo.InvariantCulture),
            long.Parse(parts[2], CultureInfo.InvariantCulture),
            [.. parts[3].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(r => int.Parse(r, CultureInfo.InvariantCulture))]);
    }

    public static long Number(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } some ? long.Parse(some.Span, CultureInfo.InvariantCulture) : 0;
}
