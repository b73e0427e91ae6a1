using System.Globalization;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Experiments.Sdk.Assignment;

namespace Experiments.Api.Experiments;

/// <summary>Layers: experiments of one layer hold slots that no other holds, so they never share a user.</summary>
internal static class Layers
{
    public static string Of(Experiment experiment) => experiment.Layer ?? experiment.Parameter;

    public static string LayerSalt(Experiment experiment) => $"layer/1/{Of(experiment)}";

    public static string Salt(Experiment experiment) => $"experiment/1/{experiment.Key}";

    /// <summary>The experiment's slots at its coverage: those that it holds, and the first free ones after them.</summary>
    /// <exception cref="ProblemException">409 <c>layer-full</c>, with who holds the layer; 409 <c>layer-conflict</c>.</exception>
    public static IReadOnlyList<int[]> Take(CatalogState state, Experiment experiment)
    {
        var others = state.Experiments.Values
            .Where(e => e.Key != experiment.Key && e.Status is ExperimentStatus.Running or ExperimentStatus.Paused)
            .OrderBy(e => e.Key, StringComparer.Ordinal).ToList();
        RefuseOtherLayer(others, experiment);

        var holders = others.FindAll(e => Of(e) == Of(experiment));
        return LayerSlots.Grow(experiment.Slots, holders.SelectMany(e => e.Slots), LayerSlots.FromCoverage(experiment.Coverage))
            ?? throw Full(experiment, holders);
    }

    private static ProblemException Full(Experiment experiment, List<Experiment> holders)
    {
        var held = string.Join(", ", holders.Select(e => $"'{e.Key}' holds {Percent(LayerSlots.Count(e.Slots))}"));
        var free = BucketTable.Size - LayerSlots.Count(holders.SelectMany(e => e.Slots));
        return Problems.Conflict("layer-full",
            $"The layer '{Of(experiment)}' has room for {Percent(free)} of its users and '{experiment.Key}' asks for "
            + $"{Percent(LayerSlots.FromCoverage(experiment.Coverage))}: {held}. Stop one of these, lower coverage, or use another layer.",
            ("coverage", string.Create(CultureInfo.InvariantCulture, $"can be at most {free / (double)BucketTable.Size} in this layer now")));
    }

    private static string Percent(int slots) => string.Create(CultureInfo.InvariantCulture, $"{slots / 100.0:0.##} %");

    // One parameter in two layers would give a user two answers for it; which counts would be a matter of luck.
    private static void RefuseOtherLayer(List<Experiment> others, Experiment experiment)
    {
        if (others.Find(e => e.Parameter == experiment.Parameter && Of(e) != Of(experiment)) is { } other)
        {
            throw Problems.Conflict("layer-conflict",
                $"'{other.Key}' tests the parameter '{other.Parameter}' in the layer '{Of(other)}': use that layer too, or stop it first.",
                ("layer", $"must be '{Of(other)}' while '{other.Key}' runs"));
        }
    }
}
