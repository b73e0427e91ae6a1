using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Experiments.Api.Shared;

/// <summary>Times are ISO 8601 and UTC: written with <c>Z</c>, and read as UTC when they name no offset.</summary>
internal sealed class UtcConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String || !reader.TryGetDateTime(out var time))
            throw new JsonException("The JSON value could not be converted to System.DateTimeOffset.");
        // The framework would read a time without an offset as local to this machine.
        return time.Kind == DateTimeKind.Unspecified
            ? new DateTimeOffset(time, TimeSpan.Zero)
            : reader.GetDateTimeOffset().ToUniversalTime();
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
}
