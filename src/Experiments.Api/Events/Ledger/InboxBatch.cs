using System.Buffers;
using System.IO.Compression;
using System.Text.Json;

namespace Experiments.Api.Events.Ledger;

/// <summary>New events of one commit as the shard's log keeps them for the archive: JSON lines, Brotli, users by pseudonym.</summary>
internal sealed class InboxBatch(DateTimeOffset receivedAt)
{
    private static readonly byte[] LineFeed = "\n"u8.ToArray();

    private readonly List<(LedgerEvent Event, bool Counted)> _events = [];

    public int Count => _events.Count;

    /// <param name="added">The event.</param>
    /// <param name="counted">Whether some KPI counts events of its name.</param>
    public void Add(LedgerEvent added, bool counted) => _events.Add((added, counted));

    public ReadOnlyMemory<byte> Encode()
    {
        var buffer = new ArrayBufferWriter<byte>(_events.Count * 160);
        using var json = new Utf8JsonWriter(buffer);
        foreach (var (added, counted) in _events)
        {
            Write(json, added, counted);
            json.Flush();
            json.Reset();
            buffer.Write(LineFeed);
        }

        var compressed = new byte[BrotliEncoder.GetMaxCompressedLength(buffer.WrittenCount)];
        if (!BrotliEncoder.TryCompress(buffer.WrittenSpan, compressed, out var length, quality: 1, window: 20))
        {
            throw new InvalidOperationException("Brotli did not compress into its own maximum length.");
        }

        return compressed.AsMemory(0, length);
    }

    private void Write(Utf8JsonWriter json, LedgerEvent added, bool counted)
    {
        json.WriteStartObject();
        json.WriteString("id", added.Id);
        json.WriteString("user", added.User.ToString());
        json.WriteString("at", new DateTimeOffset(added.At, TimeSpan.Zero));
        json.WriteString("receivedAt", receivedAt);
        if (added.Channel is not null) json.WriteString("channel", added.Channel);
        if (added.Phase is not null) json.WriteString("phase", added.Phase);
        switch (added)
        {
            case ExposureEvent exposure: Write(json, exposure); break;
            case KpiEvent kpi: Write(json, kpi); break;
            case JoinEvent join:
                json.WriteString("type", "alias");
                json.WriteString("into", join.Into.ToString());
                break;
            default: throw new ArgumentOutOfRangeException(nameof(added), added, "No event of the archive.");
        }
        if (!counted) json.WriteBoolean("counted", false);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ExposureEvent exposure)
    {
        json.WriteString("type", "exposure");
        json.WriteString("target", exposure.Target);
        json.WriteNumber("variant", exposure.Variant);
        json.WriteNumber("epoch", exposure.Epoch);
        if (exposure.Complete) json.WriteBoolean("complete", true);
        if (exposure.Breakdowns.Count == 0) return;
        json.WriteStartArray("breakdowns");
        foreach (var value in exposure.Breakdowns) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, KpiEvent kpi)
    {
        json.WriteString("type", "kpi");
        json.WriteString("event", kpi.Event);
        json.WriteNumber("value", kpi.Value);
        if (kpi.Quantity != 1) json.WriteNumber("quantity", kpi.Quantity);
    }
}
