using System.Buffers.Binary;

namespace Experiments.Sdk.Events;

/// <summary>Ids of events: UUIDs of version 7 (RFC 9562), unique in this process for certain and between processes by 74 random bits.</summary>
/// <remarks>The generator of the platform reads the kernel's randomness for each one, which alone would cost more than the rest of a call.</remarks>
internal sealed class EventIds
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private readonly ushort _process;
    private ulong _state;

    public EventIds(Guid seed)
    {
        Span<byte> bytes = stackalloc byte[16];
        seed.TryWriteBytes(bytes);

        // The last eight bytes of a random UUID hold 62 random bits, the first two 16 others.
        _state = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        _process = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(bytes) & 0x0FFF);
    }

    public Guid Next(DateTimeOffset at)
    {
        // SplitMix64: a bijection of a counter, so no value comes twice; its two lost bits are those of the variant field.
        var z = Interlocked.Add(ref _state, GoldenGamma);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, at.ToUnixTimeMilliseconds()) << 16);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | (_process ^ (z >> 62))));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (z & 0x3FFFFFFFFFFFFFFF) | 0x8000000000000000);
        return new Guid(bytes, bigEndian: true);
    }
}
