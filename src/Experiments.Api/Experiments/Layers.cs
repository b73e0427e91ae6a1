using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Experiments;

/// <summary>Slots of a layer: experiments of one layer hold slots of 10,000 that no other holds, so they never share a user.</summary>
internal static class Layers
{
    public const int Slots = 10_000;

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

        var holders = others.Where(e => Of(e) == Of(experiment)).ToList();
        var owned = Mark(experiment.Slots);
        var taken = Mark(holders.SelectMany(e => e.Slots));
        var wanted = (int)Math.Round(experiment.Coverage * Slots, MidpointRounding.AwayFromZero) - owned.Count(o => o);
        var free = taken.Count(t => !t) - owned.Count(o => o);
        if (wanted > free) throw Full(experiment, holders, wanted, free);

        for (var slot = 0; wanted > 0; slot++)
        {
            if (taken[slot] || owned[slot]) continue;
            owned[slot] = true;
            wanted--;
        }

        return Ranges(owned);
    }

    private static ProblemException Full(Experiment experiment, List<Experiment> holders, int wanted, int free)
    {
        var held = string.Join(", ", holders.Select(e => $"'{e.Key}' holds {e.Slots.Sum(r => r[1] - r[0]) / 100.0:0.##} %"));
        return Problems.Conflict("layer-full",
            $"The layer '{Of(experiment)}' has {free / 100.0:0.##} % free and {wanted / 100.0:0.##} % are asked: {held}. "
            + "Stop one of these, lower coverage, or use another layer.",
            ("coverage", $"can be at most {(free + wanted > 0 ? free / (double)Slots : 0):0.####} of the layer now"));
    }

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

    private static bool[] Mark(IEnumerable<int[]> ranges)
    {
        var slots = new bool[Slots];
        foreach (var range in ranges) slots.AsSpan(range[0], range[1] - range[0]).Fill(true);
        return slots;
    }

    private static List<int[]> Ranges(bool[] slots)
    {
        var ranges = new List<int[]>();
        for (var slot = 0; slot < slots.Length; slot++)
        {
            if (!slots[slot]) continue;
            var from = slot;
            while (slot < slots.Length && slots[slot]) slot++;
            ranges.Add([from, slot]);
        }

        return ranges;
    }
}
