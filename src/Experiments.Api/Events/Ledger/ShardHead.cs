using System.Buffers.Binary;
using System.IO.Hashing;

namespace Experiments.Api.Events.Ledger;

/// <summary>Where a shard's inbox ends: written by each commit beside what it counts, so that a store that lost a part shows it.</summary>
/// <param name="Entries">Entries ever appended to the shard's log; the position of the next.</param>
/// <param name="Events">Events in them.</param>
/// <param name="Chain">XxHash3 (128 bit) of the chain before, followed by the last entry. Finds damage, not forgery.</param>
internal readonly record struct ShardHead(long Entries, long Events, UInt128 Chain)
{
    /// <summary>Key of the head in its shard.</summary>
    public const string Key = "head";

    private const int Length = 32;

    /// <summary>The head after one more entry.</summary>
    public ShardHead After(ReadOnlySpan<byte> entry, int events)
    {
        Span<byte> before = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(before, Chain);
        var hash = new XxHash128();
        hash.Append(before);
        hash.Append(entry);
        return new ShardHead(Entries + 1, Events + events, hash.GetCurrentHashAsUInt128());
    }

    public ReadOnlyMemory<byte> Encode()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Entries);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Events);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(16), Chain);
        return bytes;
    }

    /// <exception cref="InvalidDataException">The bytes are not a head.</exception>
    public static ShardHead Decode(ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } some) return default;
        var span = some.Span;
        if (span.Length != Length) throw new InvalidDataException("The head of a shard cannot be read.");
        return new ShardHead(
            BinaryPrimitives.ReadInt64LittleEndian(span),
            BinaryPrimitives.ReadInt64LittleEndian(span[8..]),
            BinaryPrimitives.ReadUInt128LittleEndian(span[16..]));
    }
}
