using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using Experiments.Sdk.Assignment;

namespace Experiments.Sdk.Events;

/// <summary>Events as one body of <c>POST /v1/events</c>: JSON, gzip.</summary>
internal static class EventBatch
{
    /// <summary>Longest text of a breakdown; a longer one says nothing in a table and is left out.</summary>
    private const int MaximumText = 200;

    public static byte[] Write(IReadOnlyList<OutboxEvent> events)
    {
        var json = new ArrayBufferWriter<byte>(events.Count * 256);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("events"u8);
            foreach (var outboxEvent in events) Write(writer, outboxEvent);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(json.WrittenSpan);
        return compressed.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, OutboxEvent outboxEvent)
    {
        writer.WriteStartObject();
        if (outboxEvent.AppId is { } id) writer.WriteString("id"u8, id);
        else writer.WriteString("id"u8, outboxEvent.Id);
        writer.WriteString("type"u8, outboxEvent.Arm is null ? "kpi"u8 : "exposure"u8);
        writer.WriteString("user"u8, outboxEvent.User);
        writer.WriteString("at"u8, outboxEvent.At.ToUniversalTime());
        if (outboxEvent.Arm is { } arm) WriteExposure(writer, arm, outboxEvent.Breakdowns);
        else WriteKpi(writer, outboxEvent);
        writer.WriteEndObject();
    }

    private static void WriteExposure(Utf8JsonWriter writer, ServedArm arm, AttributeValue[]? breakdowns)
    {
        if (arm.Experiment is { } experiment) writer.WriteString("experiment"u8, experiment);
        else writer.WriteString("bestPractice"u8, arm.BestPractice);
        writer.WriteString("variant"u8, arm.Variant);
        writer.WriteNumber("epoch"u8, arm.Epoch);
        if (breakdowns is null) return;

        writer.WriteStartObject("attributes"u8);
        for (var i = 0; i < breakdowns.Length; i++)
        {
            switch (breakdowns[i])
            {
                case { Kind: AttributeKind.Text, Text: { Length: <= MaximumText } text } when TextRules.IsWellFormed(text):
                    writer.WriteString(arm.Breakdowns[i], text);
                    break;
                case { Kind: AttributeKind.Number, Number: var number }:
                    writer.WriteNumber(arm.Breakdowns[i], number);
                    break;
                case { Kind: AttributeKind.Truth, Truth: var truth }:
                    writer.WriteBoolean(arm.Breakdowns[i], truth);
                    break;
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteKpi(Utf8JsonWriter writer, OutboxEvent outboxEvent)
    {
        writer.WriteString("event"u8, outboxEvent.Name);
        writer.WriteNumber("value"u8, outboxEvent.Value);
        if (outboxEvent.Channel is { } channel) writer.WriteString("channel"u8, channel);
        if (outboxEvent.Phase is { } phase) writer.WriteString("phase"u8, phase);
    }
}
