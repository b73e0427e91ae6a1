using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Experiments.Api.Events.Ledger;

/// <summary>Compact little-endian writing of records and rows: variable-length integers, doubles, short strings.</summary>
internal sealed class ByteWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public ReadOnlyMemory<byte> ToMemory() => _buffer.WrittenSpan.ToArray();

    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    public void VarInt(long value) => VarUInt((ulong)((value << 1) ^ (value >> 63)));

    public void VarUInt(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    public void Double(double value) => UInt64(BitConverter.DoubleToUInt64Bits(value));

    /// <summary>A string or null.</summary>
    public void String(string? value)
    {
        if (value is null)
        {
            VarUInt(0);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        VarUInt((ulong)length + 1);
        Encoding.UTF8.GetBytes(value, _buffer.GetSpan(Math.Max(length, 1)));
        _buffer.Advance(length);
    }
}

/// <summary>Reads what <see cref="ByteWriter"/> wrote; throws <see cref="InvalidDataException"/> when the bytes end early.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public byte Byte() => Take(1)[0];

    public long VarInt()
    {
        var value = VarUInt();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ulong VarUInt()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }

        throw new InvalidDataException("A variable-length integer does not end.");
    }

    public int Count()
    {
        var count = VarUInt();
        return count <= (ulong)_rest.Length ? (int)count : throw new InvalidDataException($"A count of {count} exceeds what is left.");
    }

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public double Double() => BitConverter.UInt64BitsToDouble(UInt64());

    public string? String()
    {
        var length = VarUInt();
        return length == 0 ? null : Encoding.UTF8.GetString(Take(checked((int)length - 1)));
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw new InvalidDataException("The bytes end before the record does.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
