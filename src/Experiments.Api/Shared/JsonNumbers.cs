using System.Text.Json;

namespace Experiments.Api.Shared;

/// <summary>Numbers inside free JSON: <c>1e400</c> is valid JSON, and infinity to whoever reads it as a double.</summary>
internal static class JsonNumbers
{
    public static bool AreFinite(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetDouble(out var number) && double.IsFinite(number),
        JsonValueKind.Array => value.EnumerateArray().All(AreFinite),
        JsonValueKind.Object => value.EnumerateObject().All(member => AreFinite(member.Value)),
        _ => true,
    };
}
