using System.Text.Json;
using System.Text.Json.Nodes;

namespace Experiments.Api.Tests.OpenApi;

/// <summary>Compares two JSON values by names and kinds of members, not by figures; null goes with anything, and an empty list with any list.</summary>
internal static class Shape
{
    /// <returns>Where they differ first, or null.</returns>
    public static string? Difference(JsonNode? kept, JsonNode? now, string path) => (kept, now) switch
    {
        (null, _) or (_, null) => null,
        (JsonObject a, JsonObject b) when IsByKey(path) => a.Count == 0 || b.Count == 0 ? null : Difference(a.First().Value, b.First().Value, path + ".*"),
        (JsonObject a, JsonObject b) => Names(a, b, path) ?? a.Select(m => Difference(m.Value, b[m.Key], $"{path}.{m.Key}")).FirstOrDefault(d => d is not null),
        (JsonArray a, JsonArray b) => a.Zip(b).Select((pair, i) => Difference(pair.First, pair.Second, $"{path}[{i}]")).FirstOrDefault(d => d is not null),
        (JsonValue a, JsonValue b) when Kind(a) == Kind(b) => path.EndsWith(".code", StringComparison.Ordinal) && a.ToJsonString() != b.ToJsonString() ? $"{path} is {b}, not {a}" : null,
        _ => $"{path} is {now.GetValueKind()}, not {kept.GetValueKind()}",
    };

    private static string? Names(JsonObject a, JsonObject b, string path)
    {
        var (more, fewer) = (b.Select(m => m.Key).Except(a.Select(m => m.Key)).ToList(), a.Select(m => m.Key).Except(b.Select(m => m.Key)).ToList());
        if (more.Count > 0) return $"{path} has {more[0]} too";
        return fewer.Count > 0 ? $"{path} lacks {fewer[0]}" : null;
    }

    private static bool IsByKey(string path) => path.EndsWith(".checks", StringComparison.Ordinal);

    private static string Kind(JsonValue value) => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? "boolean" : value.GetValueKind().ToString();
}
