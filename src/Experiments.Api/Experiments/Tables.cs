using Experiments.Api.Catalog;

namespace Experiments.Api.Experiments;

/// <summary>From weights to the table of 10,000 buckets that gives a user his variant (docs/assignment.md).</summary>
internal static class Tables
{
    public const int Buckets = 10_000;

    /// <summary>The first epoch of an experiment.</summary>
    public static Epoch First(IReadOnlyList<Variant> variants, DateTimeOffset at) => Next([], -1, Counts(variants), at);

    /// <summary>The epoch after another: only the buckets that must move do.</summary>
    public static Epoch Next(Epoch before, IReadOnlyList<int> buckets, DateTimeOffset at) => Next(before.Table, before.Id, buckets, at);

    /// <summary>Buckets by variant: the floor of each share, then one more to the largest remainders, ties to the first.</summary>
    public static int[] Counts(IReadOnlyList<Variant> variants)
    {
        var total = variants.Sum(v => v.Weight);
        var exact = variants.Select(v => Buckets * v.Weight / total).ToArray();
        // 1e-9: a share that is whole on paper must not lose a bucket to the last bit of a division.
        var counts = exact.Select(q => (int)Math.Floor(q + 1e-9)).ToArray();
        var byRemainder = Enumerable.Range(0, counts.Length).OrderByDescending(i => Math.Round(exact[i] - counts[i], 9)).ToArray();
        for (var i = 0; counts.Sum() < Buckets; i++) counts[byRemainder[i]]++;
        return counts;
    }

    private static Epoch Next(IReadOnlyList<int[]> runs, int id, IReadOnlyList<int> targets, DateTimeOffset at)
    {
        var table = Expand(runs);
        var excess = targets.Select((target, variant) => table.Count(v => v == variant) - target).ToArray();
        var freed = new List<int>();
        for (var bucket = Buckets - 1; bucket >= 0; bucket--)
        {
            var variant = table[bucket];
            if (variant >= 0 && excess[variant] <= 0) continue;
            if (variant >= 0) excess[variant]--;
            freed.Add(bucket);
        }

        freed.Reverse();
        var next = 0;
        for (var variant = 0; variant < targets.Count; variant++)
        {
            for (; excess[variant] < 0; excess[variant]++) table[freed[next++]] = variant;
        }

        return new Epoch(id + 1, at, [.. targets], Compress(table));
    }

    private static int[] Expand(IReadOnlyList<int[]> runs)
    {
        var table = new int[Buckets];
        Array.Fill(table, -1);
        for (var i = 0; i < runs.Count; i++)
        {
            var end = i + 1 < runs.Count ? runs[i + 1][0] : Buckets;
            table.AsSpan(runs[i][0], end - runs[i][0]).Fill(runs[i][1]);
        }

        return table;
    }

    private static List<int[]> Compress(int[] table)
    {
        var runs = new List<int[]>();
        for (var bucket = 0; bucket < table.Length; bucket++)
        {
            if (bucket == 0 || table[bucket] != table[bucket - 1]) runs.Add([bucket, table[bucket]]);
        }

        return runs;
    }
}
