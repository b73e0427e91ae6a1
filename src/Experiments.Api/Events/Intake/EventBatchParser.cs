using System.Text.Json;
using Experiments.Api.Shared;

namespace Experiments.Api.Events.Intake;

/// <summary>Reads the body of <c>POST /v1/events</c>: <c>{"events":[…]}</c>, or one event a line.</summary>
internal static class EventBatchParser
{
    public const int MaximumEvents = 10_000;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 16 };

    /// <exception cref="ProblemException">The body as a whole cannot be taken; nothing of it was.</exception>
    public static List<ParsedEvent> ParseJson(ReadOnlySpan<byte> body)
    {
        try
        {
            return ParseEnvelope(body);
        }
        catch (JsonException malformed)
        {
            throw Refusal.MalformedJson(malformed);
        }
        catch (InvalidOperationException)
        {
            throw Refusal.Of(400, "malformed-json", "A member's name is not valid Unicode.");
        }
    }

    /// <exception cref="ProblemException">More lines than a batch may hold.</exception>
    public static List<ParsedEvent> ParseLines(ReadOnlySpan<byte> body)
    {
        var events = new List<ParsedEvent>();
        foreach (var range in body.Split((byte)'\n'))
        {
            var line = body[range].Trim(" \t\r"u8);
            if (line.IsEmpty) continue;
            events.Add(ParseLine(line));
            RefuseTooMany(events.Count);
        }

        return events;
    }

    private static ParsedEvent ParseLine(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line, Options);
            reader.Read();
            var parsed = EventParser.Parse(ref reader);
            if (reader.Read()) parsed.Reject("malformed-json", "A line holds one event.");
            return parsed;
        }
        catch (JsonException)
        {
            var unreadable = new ParsedEvent();
            unreadable.Reject("malformed-json", "The line is not well-formed JSON.");
            return unreadable;
        }
    }

    private static List<ParsedEvent> ParseEnvelope(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, Options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Refusal.Of(400, "wrong-type", """The body must be {"events":[…]}.""");
        }

        List<ParsedEvent>? events = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString();
            if (name != "events") throw Refusal.Of(400, "unknown-member", $"The body has no member '{name}'; it is {{\"events\":[…]}}.", name);
            if (events is not null) throw Refusal.Of(400, "duplicate-member", "'events' stands twice in the body.", name);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray) throw Refusal.Of(400, "wrong-type", "'events' must be an array.", name);
            events = ParseArray(ref reader);
        }

        reader.Read();
        return events ?? throw Refusal.Of(400, "missing-member", "'events' is missing: the body is {\"events\":[…]}.", "events");
    }

    private static List<ParsedEvent> ParseArray(ref Utf8JsonReader reader)
    {
        var events = new List<ParsedEvent>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            events.Add(EventParser.Parse(ref reader));
            RefuseTooMany(events.Count);
        }

        return events;
    }

    private static void RefuseTooMany(int count)
    {
        if (count > MaximumEvents)
        {
            throw Refusal.Of(413, "too-many-events", $"A batch holds at most {MaximumEvents} events; send several.");
        }
    }
}
