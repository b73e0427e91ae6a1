using System.IO.Compression;
using System.Text.Json;

namespace Experiments.Api.Events.Ledger;

/// <summary>An event as the inbox and the archive keep it.</summary>
/// <param name="Event">The event, as it was folded.</param>
/// <param name="ReceivedAt">When it was committed.</param>
/// <param name="Counted">Whether some KPI counted events of its name then: an event that did not count stays so when moments are recomputed.</param>
internal sealed record ArchivedEvent(LedgerEvent Event, DateTimeOffset ReceivedAt, bool Counted);

/// <summary>Reads entries of a shard's log back into events: the reverse of <see cref="InboxBatch"/>.</summary>
internal static class InboxReader
{
    /// <exception cref="InvalidDataException">The entry is damaged.</exception>
    public static List<ArchivedEvent> Read(ReadOnlyMemory<byte> entry)
    {
        try
        {
            var events = new List<ArchivedEvent>();
            using var unpacked = new BrotliStream(new MemoryStream(entry.ToArray()), CompressionMode.Decompress);
            using var lines = new StreamReader(unpacked);
            while (lines.ReadLine() is { } line)
            {
                using var json = JsonDocument.Parse(line);
                events.Add(Read(json.RootElement));
            }

            return events;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException("An entry of the inbox cannot be read.", exception);
        }
    }

    private static ArchivedEvent Read(JsonElement json) => new(
        json.GetProperty("type").GetString() switch
        {
            "exposure" => Exposure(json),
            "alias" => Join(json),
            _ => Kpi(json),
        },
        json.GetProperty("receivedAt").GetDateTimeOffset(),
        !json.TryGetProperty("counted", out var counted) || counted.GetBoolean());

    private static ExposureEvent Exposure(JsonElement json) => new()
    {
        Id = Text(json, "id")!,
        User = UserKey.Parse(Text(json, "user")!),
        At = json.GetProperty("at").GetDateTimeOffset().UtcTicks,
        Channel = Text(json, "channel"),
        Phase = Text(json, "phase"),
        Target = Text(json, "target")!,
        Variant = json.GetProperty("variant").GetInt32(),
        Epoch = json.GetProperty("epoch").GetInt32(),
        Complete = json.TryGetProperty("complete", out var complete) && complete.GetBoolean(),
        Breakdowns = json.TryGetProperty("breakdowns", out var values) ? [.. values.EnumerateArray().Select(v => v.GetString())] : [],
    };

    private static KpiEvent Kpi(JsonElement json) => new()
    {
        Id = Text(json, "id")!,
        User = UserKey.Parse(Text(json, "user")!),
        At = json.GetProperty("at").GetDateTimeOffset().UtcTicks,
        Channel = Text(json, "channel"),
        Phase = Text(json, "phase"),
        Event = Text(json, "event")!,
        Value = json.GetProperty("value").GetDouble(),
        Quantity = json.TryGetProperty("quantity", out var quantity) ? quantity.GetDouble() : 1,
    };

    private static JoinEvent Join(JsonElement json) => new()
    {
        Id = Text(json, "id")!,
        User = UserKey.Parse(Text(json, "user")!),
        At = json.GetProperty("at").GetDateTimeOffset().UtcTicks,
        Into = UserKey.Parse(Text(json, "into")!),
    };

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
