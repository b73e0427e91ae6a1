using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using Experiments.Sdk.Assignment;
using Microsoft.Extensions.Logging;

namespace Experiments.Sdk.Events;

/// <summary>Events as one body of <c>POST /v1/events</c>: JSON, gzip.</summary>
internal static class EventBatch
{
    /// <summary>Longest text of a breakdown; a longer one says nothing in a table and is left out.</summary>
    private const int MaximumText = 200;

    /// <summary>Each event as JSON; one that cannot be written is dropped and counted, and the others do not suffer.</summary>
    public static void Encode(List<OutboxEvent> events, List<byte[]> encoded, Outbox outbox, ILogger logger)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer);
        foreach (var outboxEvent in events)
        {
            try
            {
                buffer.ResetWrittenCount();
                writer.Reset(buffer);
                Write(writer, outboxEvent);
                writer.Flush();
                encoded.Add(buffer.WrittenSpan.ToArray());
            }
#pragma warning disable CA1031 // Every text was checked; if one is wrong all the same, the events after it must not suffer.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                logger.EventsRefused("unwritable", exception.GetType().Name);
                outbox.Settle(0, 1, Outbox.ReasonInvalid);
            }
        }
    }

    /// <summary>The body of a request.</summary>
    public static byte[] Write(List<byte[]> events)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write("{\"events\":["u8);
            for (var i = 0; i < events.Count; i++)
            {
                if (i > 0) gzip.Write(","u8);
                gzip.Write(events[i]);
            }

            gzip.Write("]}"u8);
        }

        return compressed.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, OutboxEvent outboxEvent)
    {
        writer.WriteStartObject();
        if (outboxEvent.AppId is { } id) writer.WriteString("id"u8, id);
        else writer.WriteString("id"u8, outboxEvent.Id);
        writer.WriteString("type"u8, outboxEvent.Arm is not null ? "exposure"u8 : outboxEvent.Alias is not null ? "alias"u8 : "kpi"u8);
        writer.WriteString("user"u8, outboxEvent.User);
        writer.WriteString("at"u8, outboxEvent.At.ToUniversalTime());
        if (outboxEvent.Arm is { } arm) WriteExposure(writer, arm, outboxEvent.Breakdowns);
        else if (outboxEvent.Alias is { } alias) writer.WriteString("alias"u8, alias);
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
