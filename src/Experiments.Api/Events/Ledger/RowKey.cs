using System.Globalization;

namespace Experiments.Api.Events.Ledger;

/// <summary>Which users a row of moments sums up: a target, an epoch, a UTC day of first exposure, and perhaps one value of a breakdown.</summary>
internal readonly record struct RowKey(string Target, int Epoch, long Day, string? Dimension = null, string? Value = null)
{
    /// <summary>Longer values of a breakdown are cut: a row key is not a place for free text.</summary>
    public const int MaximumValueLength = 100;

    public string StoreKey
    {
        get
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"m:{Target}:{Epoch}:{Day}");
            return Dimension is null ? key : $"{key}:{Dimension}={Value}";
        }
    }

    /// <summary>Key of the list of a target's rows in a shard.</summary>
    public static string IndexKey(string target) => "i:" + target;

    public static ReadOnlyMemory<byte> EncodeIndex(IReadOnlyList<RowKey> rows)
    {
        var writer = new ByteWriter();
        writer.VarUInt((ulong)rows.Count);
        foreach (var row in rows)
        {
            writer.VarUInt((ulong)row.Epoch);
            writer.VarInt(row.Day);
            writer.String(row.Dimension);
            writer.String(row.Value);
        }

        return writer.ToMemory();
    }

    public static List<RowKey> DecodeIndex(string target, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is null) return [];
        var reader = new ByteReader(bytes.Value.Span);
        var count = reader.Count();
        var rows = new List<RowKey>(count);
        for (var i = 0; i < count; i++)
        {
            rows.Add(new RowKey(target, (int)reader.VarUInt(), reader.VarInt(), reader.String(), reader.String()));
        }

        return rows;
    }
}
