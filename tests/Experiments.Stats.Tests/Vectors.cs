using System.Text.Json;

namespace Experiments.Stats.Tests;

/// <summary>Golden values made by another tool; the kinds and tolerances are in the file's note.</summary>
internal static class Vectors
{
    private static readonly JsonElement Root = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "stats_vectors.json"))).RootElement;

    internal static TheoryData<int> Indices(string kind) => [.. Enumerable.Range(0, Root.GetProperty(kind).GetArrayLength())];

    internal static JsonElement Case(string kind, int index) => Root.GetProperty(kind)[index];

    internal static double Number(this JsonElement element, string name) => element.GetProperty(name).GetDouble();

    internal static double[] Numbers(this JsonElement element, string name) => [.. element.GetProperty(name)
        .EnumerateArray().Select(e => e.GetDouble())];

    internal static void Near(double expected, double actual, double tolerance = 1e-9, string what = "") => Assert.True(
        Math.Abs(expected - actual) <= tolerance, $"{what}: expected {expected:R}, got {actual:R}");

    internal static void NearRelative(double expected, double actual, double tolerance = 1e-9, string what = "") => Assert.True(
        Math.Abs(expected - actual) <= tolerance * Math.Abs(expected), $"{what}: expected {expected:R}, got {actual:R}");
}
