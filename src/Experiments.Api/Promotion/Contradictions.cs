using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Results.Looks;
using Experiments.Api.Shared;

namespace Experiments.Api.Promotion;

/// <summary>Later tests that speak against a best practice: its value lost in them. They are attached, and decide nothing.</summary>
internal static class Contradictions
{
    /// <summary>Practices of the experiment's parameter that serve the value which lost, each with the test attached.</summary>
    /// <param name="loser">Key of the variant that lost.</param>
    /// <param name="evidence">The finding's figures.</param>
    public static IEnumerable<BestPractice> Of(CatalogState state, Experiment experiment, string loser, JsonElement evidence)
    {
        var figures = evidence.Deserialize<FindingEvidence>(ApiJson.Stored)!;
        var value = experiment.VariantOf(loser).Value;
        return
            from practice in state.BestPractices.Values
            where practice.Key != experiment.Key && practice.Parameter == experiment.Parameter && practice.State != PracticeState.Retired
            where Same(practice.Value, value) && practice.Contradictions.All(c => c.Experiment != experiment.Key)
            orderby practice.Key
            select practice with
            {
                Version = practice.Version + 1,
                Contradictions = [.. practice.Contradictions, PracticeMaker.EvidenceOf(figures)],
            };
    }

    private static bool Same(JsonElement? first, JsonElement? second) => first is { } a && second is { } b
        ? JsonElement.DeepEquals(a, b)
        : first is null && second is null;
}
