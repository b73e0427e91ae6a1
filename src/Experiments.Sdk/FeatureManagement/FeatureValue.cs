using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace Experiments.Sdk.FeatureManagement;

/// <summary>A variant's value as Microsoft.FeatureManagement wants it: a configuration section.</summary>
/// <remarks>Made by the converter, so that <see cref="Assignment.ServedValue"/> keeps one per variant and snapshot: a configuration root
/// per call would be thousands of bytes, and never be freed.</remarks>
[JsonConverter(typeof(Converter))]
internal sealed class FeatureValue
{
    /// <summary>Stands for the app's own default.</summary>
    public static readonly FeatureValue None = new(Section([]), isOn: false);

    private const string Key = "value";

    private FeatureValue(IConfigurationSection section, bool isOn)
    {
        Configuration = section;
        IsOn = isOn;
    }

    public IConfigurationSection Configuration { get; }

    /// <summary>Whether the feature is on with this value: anything but <c>false</c>.</summary>
    public bool IsOn { get; }

    public static FeatureValue Of(JsonElement value)
    {
        var data = new List<KeyValuePair<string, string?>>();
        Flatten(Key, value, data);
        return new FeatureValue(Section(data), value.ValueKind is not (JsonValueKind.False or JsonValueKind.Null));
    }

    private static IConfigurationSection Section(List<KeyValuePair<string, string?>> data) =>
        new ConfigurationBuilder().Add(new MemoryConfigurationSource { InitialData = data }).Build().GetSection(Key);

    /// <summary>As the JSON configuration provider does it: members and indexes by colons.</summary>
    private static void Flatten(string path, JsonElement value, List<KeyValuePair<string, string?>> data)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject()) Flatten($"{path}:{member.Name}", member.Value, data);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray()) Flatten(string.Create(CultureInfo.InvariantCulture, $"{path}:{index++}"), item, data);
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                data.Add(new(path, null));
                break;
            default:
                data.Add(new(path, value.ToString()));
                break;
        }
    }

    private sealed class Converter : JsonConverter<FeatureValue>
    {
        public override FeatureValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var document = JsonDocument.ParseValue(ref reader);
            return Of(document.RootElement);
        }

        public override void Write(Utf8JsonWriter writer, FeatureValue value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}
