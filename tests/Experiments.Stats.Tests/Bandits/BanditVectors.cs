using System.Text.Json;

namespace Experiments.Stats.Tests.Bandits;

/// <summary>Golden values of the bandits' reference; tolerances: probabilities 1e-9 absolute, logs, effects and sums 1e-8 of max(1, |x|), the rest exact.</summary>
internal static class BanditVectors
{
    private static readonly JsonElement Root = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "bandit_vectors.json"))).RootElement;

    private static readonly Dictionary<string, JsonElement> Cases =
        Root.GetProperty("cases").EnumerateArray().ToDictionary(c => c.GetProperty("id").GetString()!);

    internal static double[] Grid => Root.Numbers("grid");

    internal static double[] GridWeights => Root.Numbers("grid_weights");

    internal static IEnumerable<string> Kinds => Cases.Values.Select(c => c.GetProperty("kind").GetString()!).Distinct();

    internal static TheoryData<string> Ids(string kind) =>
        [.. Cases.Where(c => c.Value.GetProperty("kind").GetString() == kind).Select(c => c.Key)];

    internal static (JsonElement Input, JsonElement Expected) Case(string id) =>
        (Cases[id].GetProperty("input"), Cases[id].GetProperty("expected"));

    internal static double[][] Table(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(row => row.EnumerateArray().Select(v => v.GetDouble()).ToArray())];

    internal static void Probability(double expected, double actual, string what = "") => Vectors.Near(expected, actual, 1e-9, what);

    internal static void Value(double expected, double actual, string what = "") =>
        Vectors.Near(expected, actual, 1e-8 * Math.Max(1, Math.Abs(expected)), what);
}
