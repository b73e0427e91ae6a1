using System.Globalization;
using System.Text.Json;

namespace Experiments.Api.Events.Intake;

/// <summary>Reads one event from JSON, forgiving nothing and keeping what is good around it: a bad member rejects its event only.</summary>
internal static class EventParser
{
    private const int MaximumAttributes = 50;
    private const int MaximumText = 1_000;

    private static readonly string[] Members =
        ["id", "type", "user", "experiment", "bestPractice", "variant", "event", "channel", "phase", "epoch", "value", "at", "attributes"];

    /// <param name="reader">Stands on the first token of the event; stands on its last afterwards.</param>
    /// <exception cref="JsonException">The JSON itself is malformed.</exception>
    public static ParsedEvent Parse(ref Utf8JsonReader reader)
    {
        var parsed = new ParsedEvent();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            parsed.Reject("invalid-event", "An event is a JSON object.");
            return parsed;
        }

        var start = reader;
        try
        {
            ParseMembers(ref reader, parsed);
        }
        catch (InvalidOperationException)
        {
            // Text that is not Unicode (a lone surrogate): the tokens are sound, so the rest of the batch can be read.
            reader = start;
            reader.Skip();
            parsed.Reject("invalid-text", "A text is not valid Unicode.");
        }

        return parsed;
    }

    private static void ParseMembers(ref Utf8JsonReader reader, ParsedEvent parsed)
    {
        var seen = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            var member = 1 << (Array.IndexOf(Members, name) + 1);
            if (member > 1 && (seen & member) != 0) parsed.Reject("duplicate-member", $"'{Shorten(name)}' stands twice in the event.");
            seen |= member;
            ParseMember(ref reader, name, parsed);
        }
    }

    private static void ParseMember(ref Utf8JsonReader reader, string name, ParsedEvent parsed)
    {
        switch (name)
        {
            case "id": parsed.Id = Text(ref reader, name, parsed); break;
            case "type": parsed.Type = Text(ref reader, name, parsed); break;
            case "user": parsed.User = Text(ref reader, name, parsed); break;
            case "alias": parsed.Alias = Text(ref reader, name, parsed); break;
            case "experiment": parsed.Experiment = Text(ref reader, name, parsed); break;
            case "bestPractice": parsed.BestPractice = Text(ref reader, name, parsed); break;
            case "variant": parsed.Variant = Text(ref reader, name, parsed); break;
            case "event": parsed.Event = Text(ref reader, name, parsed); break;
            case "channel": parsed.Channel = Text(ref reader, name, parsed); break;
            case "phase": parsed.Phase = Text(ref reader, name, parsed); break;
            case "epoch": parsed.Epoch = Epoch(ref reader, parsed); break;
            case "value": parsed.Value = Number(ref reader, parsed); break;
            case "at": parsed.At = Time(ref reader, parsed); break;
            case "attributes": parsed.Attributes = Attributes(ref reader, parsed); break;
            default:
                reader.Skip();
                parsed.Reject("unknown-member", $"An event has no member '{Shorten(name)}'.");
                break;
        }
    }

    private static string? Text(ref Utf8JsonReader reader, string name, ParsedEvent parsed)
    {
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        if (reader.TokenType != JsonTokenType.Null) parsed.Reject("wrong-type", $"'{name}' must be a string.");
        reader.Skip();
        return null;
    }

    private static int? Epoch(ref Utf8JsonReader reader, ParsedEvent parsed)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var epoch) && epoch >= 0) return epoch;
        if (reader.TokenType != JsonTokenType.Null) parsed.Reject("wrong-type", "'epoch' must be a whole number, 0 or more.");
        reader.Skip();
        return null;
    }

    private static double? Number(ref Utf8JsonReader reader, ParsedEvent parsed)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            // 1e400 is a well-formed number that no double holds.
            return reader.TryGetDouble(out var value) ? value : double.PositiveInfinity;
        }

        if (reader.TokenType != JsonTokenType.Null) parsed.Reject("wrong-type", "'value' must be a number.");
        reader.Skip();
        return null;
    }

    private static DateTimeOffset? Time(ref Utf8JsonReader reader, ParsedEvent parsed)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType == JsonTokenType.String && TimeText.TryParse(reader.GetString()!, out var at)) return at;
        reader.Skip();
        parsed.Reject("invalid-time", "'at' must be a time in ISO 8601, such as 2026-11-24T10:00:00Z.");
        return null;
    }

    private static Dictionary<string, string>? Attributes(ref Utf8JsonReader reader, ParsedEvent parsed)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            parsed.Reject("wrong-type", "'attributes' must be an object of strings, numbers and booleans.");
            return null;
        }

        var attributes = new Dictionary<string, string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (AttributeText(ref reader) is { } value) attributes[name] = value;
            else if (reader.TokenType != JsonTokenType.Null)
            {
                reader.Skip();
                parsed.Reject("invalid-attributes", $"Attribute '{Shorten(name)}' must be a string, a number or a boolean.");
            }

            if (attributes.Count > MaximumAttributes || name.Length > 100 || (attributes.TryGetValue(name, out var kept) && kept.Length > MaximumText))
            {
                attributes.Remove(name);
                parsed.Reject("invalid-attributes",
                    $"At most {MaximumAttributes} attributes, names of at most 100 and values of at most {MaximumText} characters.");
            }
        }

        return attributes;
    }

    private static string? AttributeText(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Number => reader.TryGetDouble(out var number) ? number.ToString("R", CultureInfo.InvariantCulture) : null,
        _ => null,
    };

    private static string Shorten(string name) => name.Length <= 60 ? name : name[..60] + "…";
}
