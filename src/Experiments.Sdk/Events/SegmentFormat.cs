using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace Experiments.Sdk.Events;

/// <summary>Bytes of a segment: a header, then events one after the other, each with its length and checksum.</summary>
/// <remarks>Little-endian. Header: 8 bytes of magic and version, 16 of identity, 8 of XxHash3 over those. Event: 4 of length, 8 of XxHash3
/// over the JSON with the length as seed, the JSON. A crash leaves a good beginning and at most one torn end.</remarks>
internal static class SegmentFormat
{
    public const int HeaderLength = 32;

    /// <summary>No event is longer: user, names and breakdowns are all bounded.</summary>
    public const int MaximumEvent = 1 << 20;

    private const int PrefixLength = 12;

    private static ReadOnlySpan<byte> Magic => "XPEVTS\r\u0001"u8;

    public static byte[] Header(ReadOnlySpan<byte> identity)
    {
        var header = new byte[HeaderLength];
        Magic.CopyTo(header);
        identity.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(24), XxHash3.HashToUInt64(header.AsSpan(0, 24)));
        return header;
    }

    /// <summary>What is wrong with a segment's header, or null.</summary>
    public static string? HeaderProblem(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> identity)
    {
        if (bytes.Length < HeaderLength || !bytes.StartsWith(Magic)) return "it is no file of events, or of another version";
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]) != XxHash3.HashToUInt64(bytes[..24])) return "its header is damaged";
        return bytes[8..24].SequenceEqual(identity) ? null : "it is of another service or key";
    }

    public static void Append(ArrayBufferWriter<byte> buffer, ReadOnlySpan<byte> json)
    {
        var prefix = buffer.GetSpan(PrefixLength);
        BinaryPrimitives.WriteInt32LittleEndian(prefix, json.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(prefix[4..], XxHash3.HashToUInt64(json, json.Length));
        buffer.Advance(PrefixLength);
        buffer.Write(json);
    }

    /// <summary>Reads the event at the beginning of some bytes.</summary>
    /// <returns>False when they are cut short or damaged there.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> json, out int consumed)
    {
        json = [];
        consumed = 0;
        if (bytes.Length < PrefixLength) return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length is <= 0 or > MaximumEvent || bytes.Length - PrefixLength < length) return false;
        json = bytes.Slice(PrefixLength, length);
        consumed = PrefixLength + length;
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes[4..]) == XxHash3.HashToUInt64(json, length);
    }
}
