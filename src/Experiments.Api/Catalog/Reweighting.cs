using System.Collections.Immutable;

namespace Experiments.Api.Catalog;

/// <summary>A new table of an experiment, as the log keeps it: the change alone, since a bandit changes its weights a thousand times.</summary>
internal sealed record Reweighting : IDocument
{
    /// <summary>Key of the experiment.</summary>
    public required string Key { get; init; }

    /// <summary>Version of the experiment after it.</summary>
    public required long Version { get; init; }

    public required Epoch Epoch { get; init; }

    /// <summary>Number of the decision that says why.</summary>
    public required int DecisionCount { get; init; }

    public Experiment ApplyTo(Experiment experiment) =>
        experiment.With(Epoch) with { Version = Version, DecisionCount = DecisionCount };
}

/// <summary>The epochs of an experiment, oldest first.</summary>
internal static class EpochList
{
    /// <summary>One more; the table of the one before is dropped, its hash stays.</summary>
    public static IReadOnlyList<Epoch> Append(IReadOnlyList<Epoch> epochs, Epoch next)
    {
        var list = epochs as ImmutableList<Epoch> ?? [.. epochs];
        if (list.Count > 0) list = list.SetItem(list.Count - 1, list[^1] with { Table = null });
        return list.Add(next);
    }
}
