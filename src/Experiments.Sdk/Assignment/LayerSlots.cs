namespace Experiments.Sdk.Assignment;

/// <summary>The 10,000 slots of a layer, shared out between experiments that must not meet: pure functions on intervals [from, to).</summary>
internal static class LayerSlots
{
    /// <summary>Slots that a coverage asks for: the nearest of 10,000, and at least one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The coverage is not in (0, 1].</exception>
    public static int FromCoverage(double coverage) => coverage is > 0 and <= 1
        ? Math.Max(1, (int)Math.Round(coverage * BucketTable.Size, MidpointRounding.AwayFromZero))
        : throw new ArgumentOutOfRangeException(nameof(coverage), coverage, "A coverage is above 0 and at most 1.");

    /// <summary>Slots in a set of intervals that do not overlap.</summary>
    public static int Count(IEnumerable<int[]> slots) => slots.Sum(interval => interval[1] - interval[0]);

    /// <summary>The lowest free slots, as many as asked; null when the layer has not that many left.</summary>
    /// <param name="occupied">Intervals that the layer's other experiments hold, in any order.</param>
    /// <param name="count">Slots wanted, 1 to 10,000.</param>
    public static IReadOnlyList<int[]>? Take(IEnumerable<int[]> occupied, int count) => Grow([], occupied, count);

    /// <summary>The experiment's slots and the lowest free ones, until it holds as many as asked: nobody who takes part ever leaves.</summary>
    /// <returns>Ascending intervals, neighbours joined; null when the layer has not that many slots left.</returns>
    /// <param name="own">Intervals that the experiment holds now.</param>
    /// <param name="occupied">Intervals that the layer's other experiments hold, in any order.</param>
    /// <param name="count">Slots wanted in all, at least those held now, at most 10,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer slots than the experiment has, or more than a layer has.</exception>
    public static IReadOnlyList<int[]>? Grow(IEnumerable<int[]> own, IEnumerable<int[]> occupied, int count)
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(occupied);

        var mine = Mark(own);
        var taken = Mark(occupied);
        var missing = count - mine.Count(held => held);
        if (missing < 0 || count is < 1 or > BucketTable.Size)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"Slots only grow, from {count - missing} to at most {BucketTable.Size}.");
        }

        for (var slot = 0; slot < BucketTable.Size && missing > 0; slot++)
        {
            if (mine[slot] || taken[slot]) continue;
            mine[slot] = true;
            missing--;
        }

        return missing == 0 ? Intervals(mine) : null;
    }

    private static bool[] Mark(IEnumerable<int[]> intervals)
    {
        var marks = new bool[BucketTable.Size];
        foreach (var interval in intervals) marks.AsSpan(interval[0], interval[1] - interval[0]).Fill(true);
        return marks;
    }

    private static List<int[]> Intervals(bool[] marks)
    {
        var intervals = new List<int[]>();
        for (var slot = 0; slot < marks.Length; slot++)
        {
            if (!marks[slot]) continue;
            var from = slot;
            while (slot < marks.Length && marks[slot]) slot++;
            intervals.Add([from, slot]);
        }

        return intervals;
    }
}
