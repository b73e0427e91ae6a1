using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Experiments.Api.Shared;

/// <summary>Reads free JSON and refuses what is JSON but no text: <c>"\ud800"</c> would fail only where somebody reads the string.</summary>
internal sealed class WellFormedJsonConverter : JsonConverter<JsonElement>
{
    /// <summary>What the exception of such a text says.</summary>
    public const string Problem = "must be well-formed Unicode: half a surrogate pair, such as \\ud800 alone, is no text";

    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // The framework's own, for its options: a member given twice is an error here too.
        var value = JsonMetadataServices.JsonElementConverter.Read(ref reader, typeToConvert, options);
        var raw = JsonMarshal.GetRawUtf8Value(value);

        // Without escapes, valid UTF-8 is enough: nearly everything.
        return (raw.IndexOf("\\u"u8) < 0 && Utf8.IsValid(raw)) || IsText(value) ? value : throw new JsonException(Problem);
    }

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) => value.WriteTo(writer);

    private static bool IsText(JsonElement value)
    {
        try
        {
            Visit(value);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static void Visit(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                _ = value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray()) Visit(item);
                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    _ = member.Name;
                    Visit(member.Value);
                }

                break;
        }
    }
}
