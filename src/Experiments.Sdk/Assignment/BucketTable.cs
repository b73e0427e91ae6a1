namespace Experiments.Sdk.Assignment;

/// <summary>Which variant each of 10,000 buckets has: pure functions from weights to tables, moving as few buckets as can be.</summary>
internal static class BucketTable
{
    /// <summary>Buckets of a table, and slots of a layer.</summary>
    public const int Size = 10_000;

    /// <summary>Mark of a bucket that has no variant yet.</summary>
    public const short None = -1;

    /// <summary>Most variants that one experiment may have.</summary>
    public const int MaximumVariants = 256;

    /// <summary>A table before the first weights: no bucket has a variant.</summary>
    public static short[] Empty()
    {
        var table = new short[Size];
        Array.Fill(table, None);
        return table;
    }

    /// <summary>Buckets of 10,000 in proportion to weights, by largest remainder; ties go to the lowest variant.</summary>
    /// <exception cref="ArgumentException">A weight is negative or not finite, or all are zero.</exception>
    public static int[] BucketsFromWeights(IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);

        var sum = 0.0;
        foreach (var weight in weights)
        {
            if (!(weight >= 0 && double.IsFinite(weight))) throw new ArgumentException($"A weight is finite and not negative; got {weight}.", nameof(weights));
            sum += weight;
        }

        if (!(sum > 0 && double.IsFinite(sum))) throw new ArgumentException($"Weights have a finite sum above zero; got {sum}.", nameof(weights));

        var buckets = new int[weights.Count];
        var remainders = new double[weights.Count];
        var left = Size;
        for (var i = 0; i < buckets.Length; i++)
        {
            // The 1e-9 and the nine digits keep 0.1 + 0.2 and its like from deciding a bucket.
            var quota = Size * weights[i] / sum;
            buckets[i] = (int)Math.Floor(quota + 1e-9);
            remainders[i] = Math.Round(quota - buckets[i], 9);
            left -= buckets[i];
        }

        foreach (var i in Enumerable.Range(0, buckets.Length).OrderByDescending(i => remainders[i]).ThenBy(i => i).Take(left))
        {
            buckets[i]++;
        }

        return buckets;
    }

    /// <summary>The table that has <paramref name="targets"/> buckets of each variant and differs from the old one in the fewest.</summary>
    /// <remarks>From the last bucket down, one of a variant with too many, or of none, is freed; the freed ones, in ascending order,
    /// go to the lowest variant that lacks some. The result depends on the old table and the targets only.</remarks>
    /// <exception cref="ArgumentException">The targets do not add up to the size of the table, or one is negative.</exception>
    public static short[] Rebucket(ReadOnlySpan<short> table, ReadOnlySpan<int> targets)
    {
        var total = 0L;
        foreach (var target in targets)
        {
            total += target >= 0 ? target : throw new ArgumentException($"A target is not negative; got {target}.", nameof(targets));
        }

        if (total != table.Length) throw new ArgumentException($"Targets add up to {table.Length}; got {total}.", nameof(targets));

        var excess = Count(table, targets.Length);
        for (var variant = 0; variant < excess.Length; variant++) excess[variant] -= targets[variant];

        var freed = new List<int>();
        for (var bucket = table.Length - 1; bucket >= 0; bucket--)
        {
            var variant = table[bucket];
            if (variant >= 0 && variant < excess.Length)
            {
                if (excess[variant] <= 0) continue;
                excess[variant]--;
            }

            freed.Add(bucket);
        }

        var result = table.ToArray();
        var next = freed.Count;
        for (var variant = 0; variant < excess.Length; variant++)
        {
            for (; excess[variant] < 0; excess[variant]++) result[freed[--next]] = (short)variant;
        }

        return result;
    }

    /// <summary>Buckets of each variant.</summary>
    public static int[] Count(ReadOnlySpan<short> table, int variants)
    {
        var counts = new int[variants];
        foreach (var variant in table)
        {
            if (variant >= 0 && variant < variants) counts[variant]++;
        }

        return counts;
    }

    /// <summary>A table as runs: pairs [first bucket, variant], ascending from bucket 0.</summary>
    public static IReadOnlyList<int[]> RunLength(ReadOnlySpan<short> table)
    {
        var runs = new List<int[]>();
        for (var bucket = 0; bucket < table.Length; bucket++)
        {
            if (bucket == 0 || table[bucket] != table[bucket - 1]) runs.Add([bucket, table[bucket]]);
        }

        return runs;
    }

    /// <summary>The table of 10,000 buckets that runs stand for.</summary>
    /// <exception cref="ArgumentException">The runs do not start at bucket 0, do not ascend, or name no variant.</exception>
    public static short[] Expand(IReadOnlyList<int[]> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);

        var table = new short[Size];
        if (runs.Count == 0 || runs[0] is not [0, _]) throw new ArgumentException("Runs start at bucket 0.", nameof(runs));
        for (var i = 0; i < runs.Count; i++)
        {
            var end = i + 1 < runs.Count ? runs[i + 1][0] : Size;
            if (runs[i] is not [var start, var variant] || start >= end || end > Size || variant is < 0 or >= MaximumVariants)
            {
                throw new ArgumentException($"Run {i} is not an ascending pair [first bucket, variant].", nameof(runs));
            }

            table.AsSpan(start, end - start).Fill((short)variant);
        }

        return table;
    }
}
