namespace Experiments.Api.Events.Ledger;

/// <summary>Bytes of a user's record: some 30 for each exposure, 18 to 34 for each event remembered.</summary>
internal static class UserRecordCodec
{
    private const byte Format = 1;
    private const byte AutomatedFlag = 1;
    private const byte JoinedFlag = 2;
    private const byte HasJoinedFlag = 4;

    public static ReadOnlyMemory<byte> Encode(UserRecord record)
    {
        var writer = new ByteWriter();
        writer.Byte(Format);
        writer.Byte((byte)((record.Automated ? AutomatedFlag : 0) | (record.JoinedTo is null ? 0 : JoinedFlag) | (record.Joined.Count > 0 ? HasJoinedFlag : 0)));
        if (record.JoinedTo is { } joinedTo) Write(writer, joinedTo);
        if (record.Joined.Count > 0) writer.VarUInt((ulong)record.Joined.Count);
        foreach (var key in record.Joined) Write(writer, key);
        writer.VarUInt((ulong)record.Exposures.Count);
        foreach (var exposure in record.Exposures) Write(writer, exposure);
        writer.VarUInt((ulong)record.ExposureIds.Count);
        foreach (var id in record.ExposureIds) writer.UInt64(id);
        WriteEvents(writer, record.Events);
        return writer.ToMemory();
    }

    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    /// <exception cref="NotSupportedException">A newer program wrote them.</exception>
    public static UserRecord Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return DecodeWhole(bytes);
        }
        catch (Exception exception) when (exception is OverflowException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("A user's record is damaged.", exception);
        }
    }

    private static UserRecord DecodeWhole(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var format = reader.Byte();
        if (format is > Format and < 32) throw new NotSupportedException($"Format {format} of a user's record is newer than this program.");
        if (format != Format) throw new InvalidDataException($"A user's record has no format {format}.");

        var flags = reader.Byte();
        UserKey? joinedTo = (flags & JoinedFlag) == 0 ? null : ReadKey(ref reader);
        var joined = new UserKey[(flags & HasJoinedFlag) == 0 ? 0 : reader.Count()];
        for (var i = 0; i < joined.Length; i++) joined[i] = ReadKey(ref reader);
        var exposures = new RecordedExposure[reader.Count()];
        for (var i = 0; i < exposures.Length; i++) exposures[i] = ReadExposure(ref reader);
        var ids = new ulong[reader.Count()];
        for (var i = 0; i < ids.Length; i++) ids[i] = reader.UInt64();
        return new UserRecord(exposures, ReadEvents(ref reader), ids, (flags & AutomatedFlag) != 0, joinedTo, joined);
    }

    /// <summary>A key of a record, 16 bytes.</summary>
    public static void Write(ByteWriter writer, UserKey key)
    {
        writer.UInt64((ulong)(key.Value >> 64));
        writer.UInt64((ulong)key.Value);
    }

    public static UserKey ReadKey(ref ByteReader reader)
    {
        var high = reader.UInt64();
        return new UserKey(new UInt128(high, reader.UInt64()));
    }

    private static void Write(ByteWriter writer, RecordedExposure exposure)
    {
        writer.UInt64(exposure.Target);
        writer.VarUInt((ulong)exposure.Variant);
        writer.VarInt(exposure.At);
        writer.VarUInt((ulong)exposure.Epoch);
        writer.Byte(exposure.Complete ? (byte)1 : (byte)0);
        writer.VarUInt((ulong)exposure.Breakdowns.Count);
        foreach (var value in exposure.Breakdowns) writer.String(value);

        // The usual user saw what his first exposure says, and nothing else.
        var others = exposure.Seen.Where(s => s != new SeenVariant(exposure.Variant, exposure.Epoch)).ToList();
        writer.VarUInt((ulong)others.Count);
        foreach (var (variant, epoch) in others)
        {
            writer.VarUInt((ulong)variant);
            writer.VarUInt((ulong)epoch);
        }
    }

    private static RecordedExposure ReadExposure(ref ByteReader reader)
    {
        var target = reader.UInt64();
        var variant = (int)reader.VarUInt();
        var at = reader.VarInt();
        var epoch = (int)reader.VarUInt();
        var complete = reader.Byte() == 1;
        var breakdowns = new string?[reader.Count()];
        for (var i = 0; i < breakdowns.Length; i++) breakdowns[i] = reader.String();
        var seen = new SeenVariant[reader.Count() + 1];
        seen[0] = new SeenVariant(variant, epoch);
        for (var i = 1; i < seen.Length; i++) seen[i] = new SeenVariant((int)reader.VarUInt(), (int)reader.VarUInt());
        Array.Sort(seen);
        return new RecordedExposure(target, variant, at, epoch, complete, breakdowns, seen);
    }

    private static void WriteEvents(ByteWriter writer, IReadOnlyList<RecordedEvent> events)
    {
        ulong[] names = [.. events.Select(e => e.Name).Distinct().Order()];
        writer.VarUInt((ulong)names.Length);
        foreach (var name in names) writer.UInt64(name);
        writer.VarUInt((ulong)events.Count);
        long last = 0;
        foreach (var recorded in events)
        {
            writer.VarInt(recorded.At - last);
            last = recorded.At;
            writer.UInt64(recorded.IdHash);

            // The usual value and quantity is 1: one bit each in place of eight bytes.
            var code = (ulong)Array.BinarySearch(names, recorded.Name) << 2;
            writer.VarUInt(code | (recorded.Value == 1 ? 0UL : 1) | (recorded.Quantity == 1 ? 0UL : 2));
            if (recorded.Value != 1) writer.Double(recorded.Value);
            if (recorded.Quantity != 1) writer.Double(recorded.Quantity);
        }
    }

    private static RecordedEvent[] ReadEvents(ref ByteReader reader)
    {
        var names = new ulong[reader.Count()];
        for (var i = 0; i < names.Length; i++) names[i] = reader.UInt64();
        var events = new RecordedEvent[reader.Count()];
        long at = 0;
        for (var i = 0; i < events.Length; i++)
        {
            at += reader.VarInt();
            var id = reader.UInt64();
            var code = reader.VarUInt();
            var value = (code & 1) == 0 ? 1 : reader.Double();
            var quantity = (code & 2) == 0 ? 1 : reader.Double();
            events[i] = new RecordedEvent(at, id, names[code >> 2], value, quantity);
        }

        return events;
    }
}
