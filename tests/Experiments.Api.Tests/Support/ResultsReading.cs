using System.Text.Json;
using System.Text.Json.Nodes;

namespace Experiments.Api.Tests.Support;

/// <summary>Finds figures in an answer by the names that the contract gives them.</summary>
internal static class ResultsReading
{
    public static JsonElement Kpi(this JsonElement results, string kpi) => results.Item("kpis", "kpi", kpi);

    public static JsonElement Variant(this JsonElement kpi, string variant) => kpi.Item("variants", "variant", variant);

    public static JsonElement Comparison(this JsonElement kpi, string variant) => kpi.Item("comparisons", "variant", variant);

    public static JsonElement Segment(this JsonElement results, string value) =>
        results.GetProperty("breakdown").Item("segments", "value", value);

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).GetDouble();

    public static long Whole(this JsonElement element, string name) => element.GetProperty(name).GetInt64();

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static bool IsNull(this JsonElement element, string name) => element.GetProperty(name).ValueKind == JsonValueKind.Null;

    /// <summary>The verdict as "state/reason/variant".</summary>
    public static string Verdict(this JsonElement results)
    {
        var verdict = results.GetProperty("verdict");
        return $"{verdict.Text("state")}/{verdict.Text("reason")}/{verdict.Text("variant")}";
    }

    /// <summary>The answer without the members named, to compare two.</summary>
    public static string Without(this JsonElement element, params string[] members)
    {
        var node = JsonNode.Parse(element.GetRawText())!.AsObject();
        foreach (var member in members) node.Remove(member);
        return node.ToJsonString();
    }

    private static JsonElement Item(this JsonElement element, string list, string name, string value)
    {
        foreach (var item in element.GetProperty(list).EnumerateArray())
        {
            if (item.Text(name) == value) return item;
        }

        throw new ArgumentException($"No {name} '{value}' in {element.GetRawText()}", nameof(value));
    }
}
