namespace Experiments.Api.Events.Ledger;

/// <summary>Bytes of a row of moments; cells that are zero take one byte.</summary>
internal static class MomentRowCodec
{
    private const byte Plain = 1;
    private const byte WithDelays = 2;

    public static ReadOnlyMemory<byte> Encode(MomentRow row)
    {
        var writer = new ByteWriter();
        var delays = row.Kpis.Any(k => k.BaseDelays is not null || k.WaitingDelays.Count > 0);
        writer.Byte(delays ? WithDelays : Plain);
        writer.VarInt(row.Day);
        writer.VarUInt((ulong)row.Exposed.Length);
        foreach (var exposed in row.Exposed) writer.VarInt(exposed);
        writer.VarInt(row.Multiple);
        writer.VarInt(row.Automated);
        writer.VarUInt((ulong)row.Kpis.Length);
        foreach (var kpi in row.Kpis)
        {
            writer.VarInt(kpi.FoldedThrough);
            Write(writer, kpi.Base);
            writer.VarUInt((ulong)kpi.Waiting.Count);
            foreach (var (slot, cells) in kpi.Waiting)
            {
                writer.VarInt(slot);
                Write(writer, cells);
            }

            if (delays) WriteDelays(writer, kpi);
        }

        return writer.ToMemory();
    }

    public static MomentRow Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var format = reader.Byte();
        if (format is not (Plain or WithDelays)) throw new InvalidDataException($"Format {format} of a row of moments is newer than this program.");

        var day = reader.VarInt();
        var exposed = new long[reader.Count()];
        for (var i = 0; i < exposed.Length; i++) exposed[i] = reader.VarInt();
        var multiple = reader.VarInt();
        var automated = reader.VarInt();
        var row = new MomentRow(day, exposed.Length, reader.Count()) { Multiple = multiple, Automated = automated };
        exposed.CopyTo(row.Exposed, 0);
        foreach (var kpi in row.Kpis)
        {
            kpi.FoldedThrough = (int)reader.VarInt();
            Read(ref reader, kpi.Base);
            var waiting = reader.Count();
            for (var i = 0; i < waiting; i++)
            {
                var slot = (int)reader.VarInt();
                var cells = new MomentCell[exposed.Length];
                Read(ref reader, cells);
                kpi.Waiting.Add(slot, cells);
            }

            if (format == WithDelays) ReadDelays(ref reader, kpi);
        }

        return row;
    }

    private static void Write(ByteWriter writer, MomentCell[] cells)
    {
        foreach (var cell in cells)
        {
            if (cell.IsZero)
            {
                writer.Byte(0);
                continue;
            }

            var second = !(cell.Second.IsZero && cell.SecondSquares.IsZero && cell.Products.IsZero);
            writer.Byte(second ? (byte)2 : (byte)1);
            writer.VarInt(cell.Users);
            writer.VarInt(cell.Conversions);
            Write(writer, cell.Sum);
            Write(writer, cell.SumOfSquares);
            if (!second) continue;
            Write(writer, cell.Second);
            Write(writer, cell.SecondSquares);
            Write(writer, cell.Products);
        }
    }

    private static void Write(ByteWriter writer, ExactSum sum)
    {
        writer.Double(sum.High);
        writer.Double(sum.Low);
    }

    private static void Read(ref ByteReader reader, MomentCell[] cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            var kind = reader.Byte();
            if (kind == 0) continue;
            cells[i] = new MomentCell(
                reader.VarInt(), reader.VarInt(), ReadSum(ref reader), ReadSum(ref reader), default, default, default);
            if (kind == 2)
            {
                cells[i] = cells[i] with
                {
                    Second = ReadSum(ref reader),
                    SecondSquares = ReadSum(ref reader),
                    Products = ReadSum(ref reader),
                };
            }
        }
    }

    private static void WriteDelays(ByteWriter writer, KpiSlots kpi)
    {
        writer.Byte(kpi.BaseDelays is null ? (byte)0 : (byte)1);
        foreach (var value in kpi.BaseDelays ?? []) writer.Double(value);
        writer.VarUInt((ulong)kpi.WaitingDelays.Count);
        foreach (var (slot, values) in kpi.WaitingDelays)
        {
            writer.VarInt(slot);
            foreach (var value in values) writer.Double(value);
        }
    }

    private static void ReadDelays(ref ByteReader reader, KpiSlots kpi)
    {
        if (reader.Byte() == 1) kpi.BaseDelays = ReadBins(ref reader);
        for (var i = reader.Count(); i > 0; i--) kpi.WaitingDelays.Add((int)reader.VarInt(), ReadBins(ref reader));
    }

    private static double[] ReadBins(ref ByteReader reader)
    {
        var bins = new double[KpiSlots.DelayBins];
        for (var i = 0; i < bins.Length; i++) bins[i] = reader.Double();
        return bins;
    }

    private static ExactSum ReadSum(ref ByteReader reader) => new(reader.Double(), reader.Double());
}
