using System.Text.Json;
using System.Text.Json.Serialization;

namespace Experiments.Api.Shared;

/// <summary>Refuses numbers beyond a double's range: <c>1e400</c> would be read as infinity without a word.</summary>
internal sealed class FiniteDoubleConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = reader.TokenType == JsonTokenType.Number
            ? reader.GetDouble()
            : throw new JsonException("The JSON value could not be converted to System.Double.");
        return double.IsFinite(value) ? value : throw new JsonException("The number is too large to be represented.");
    }

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        // A figure that does not exist is null, never NaN.
        if (double.IsFinite(value)) writer.WriteNumberValue(value);
        else writer.WriteNullValue();
    }
}
