namespace Experiments.Stats.Bandits;

/// <summary>From probabilities of being best to buckets: batched Thompson sampling with a floor, a control share and a largest move.</summary>
/// <remarks>
/// <para>Formula: t = f + (1 - k f) P with f = min(floor, 1/(2k)) over k active arms; the control is lifted to its share, the others scaled
/// down alike; a budget mixes in the cheapest arm; w = o + min(1, move/tv)(t - o), o the old weights without the inactive arms and
/// tv = sum |t - o|/2; 10,000 buckets by largest remainder, ties to the lowest arm.</para>
/// <para>Reference: Thompson 1933; Russo 2016, "Simple Bayesian algorithms for best-arm identification"; Kasy, Sautmann 2021 (batches).</para>
/// <para>Assumes: arm 0 is the control. An arm that becomes inactive leaves at once, outside of the largest move.</para>
/// <para>Accuracy: exact (bandit_vectors.json, allocate).</para>
/// </remarks>
public static class Allocation
{
    /// <summary>Buckets of a table.</summary>
    public const int Buckets = 10_000;

    /// <summary>The next table.</summary>
    /// <param name="settings">Floor, control share and largest move.</param>
    /// <param name="probabilityBest">P(best) by arm, the control first; that of an inactive arm is not read. Need not add up to 1.</param>
    /// <param name="old">Buckets in force, zero or more each.</param>
    /// <param name="active">Which arms may be served.</param>
    /// <param name="costs">Costs and budget; null: none.</param>
    /// <returns>Buckets by arm, 10,000 in all; all of them for the control when no arm is active.</returns>
    /// <exception cref="ArgumentException">Lists of different length, or no arm.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A probability, bucket or cost is NaN or negative.</exception>
    public static int[] Next(
        BanditSettings settings, ReadOnlySpan<double> probabilityBest, ReadOnlySpan<int> old, ReadOnlySpan<bool> active, BanditCosts? costs = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Require.SameLength(probabilityBest.Length, old.Length, nameof(probabilityBest));
        costs?.Validate(old.Length);
        var before = Share(old, active, out var left);
        var k = Count(active);
        if (k == 0)
        {
            return OnlyControl(old.Length);
        }

        var target = Target(settings, probabilityBest, active, k);
        if (target is null)
        {
            return ToBuckets(left ? before : Even(active, k));
        }

        costs?.Hold(target, active);
        return ToBuckets(left ? Move(before, target, settings.MaximumMove) : target);
    }

    /// <summary>The old table without the arms that became inactive, everything else in proportion: what is done while weights may not move.</summary>
    /// <param name="old">Buckets in force, zero or more each.</param>
    /// <param name="active">Which arms may be served.</param>
    /// <returns>Buckets by arm, 10,000 in all; equal ones when no active arm had any.</returns>
    /// <exception cref="ArgumentException">Lists of different length, or no arm.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A bucket count is negative.</exception>
    public static int[] WithoutInactive(ReadOnlySpan<int> old, ReadOnlySpan<bool> active)
    {
        var before = Share(old, active, out var left);
        var k = Count(active);
        return k == 0 ? OnlyControl(old.Length) : ToBuckets(left ? before : Even(active, k));
    }

    private static double[] Share(ReadOnlySpan<int> old, ReadOnlySpan<bool> active, out bool left)
    {
        Require.SameLength(active.Length, old.Length, nameof(active));
        if (old.Length == 0)
        {
            throw new ArgumentException("A table of buckets needs at least one arm.", nameof(old));
        }

        var (weights, sum) = (new double[old.Length], 0.0);
        for (var i = 0; i < old.Length; i++)
        {
            weights[i] = active[i] ? Require.NonNegative(old[i], nameof(old)) : 0 * Require.NonNegative(old[i], nameof(old));
            sum += weights[i];
        }

        left = sum > 0;
        for (var i = 0; i < weights.Length && left; i++)
        {
            weights[i] /= sum;
        }

        return weights;
    }

    // Null when no active arm has a probability: nothing is known that could move a weight.
    private static double[]? Target(BanditSettings settings, ReadOnlySpan<double> best, ReadOnlySpan<bool> active, int k)
    {
        var (target, sum) = (new double[best.Length], 0.0);
        for (var i = 0; i < best.Length; i++)
        {
            target[i] = active[i] ? Require.NonNegative(best[i], nameof(best)) : 0;
            sum += target[i];
        }

        if (!(sum > 0))
        {
            return null;
        }

        var floor = Math.Min(settings.Floor, 0.5 / k);
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = active[i] ? floor + ((1 - (k * floor)) * (target[i] / sum)) : 0;
        }

        if (active[0] && k > 1 && target[0] < settings.ControlShare)
        {
            LiftControl(target, settings.ControlShare);
        }

        return target;
    }

    private static void LiftControl(double[] target, double share)
    {
        var others = target.Sum() - target[0];
        for (var i = 1; i < target.Length; i++)
        {
            target[i] *= (1 - share) / others;
        }

        target[0] = share;
    }

    private static double[] Move(double[] before, double[] target, double largest)
    {
        var distance = 0.0;
        for (var i = 0; i < target.Length; i++)
        {
            distance += 0.5 * Math.Abs(target[i] - before[i]);
        }

        var step = distance > 0 ? Math.Min(1, largest / distance) : 1;
        for (var i = 0; i < target.Length; i++)
        {
            before[i] += step * (target[i] - before[i]);
        }

        return before;
    }

    private static int[] ToBuckets(double[] weights)
    {
        var (sum, left) = (weights.Sum(), Buckets);
        var (buckets, remainders) = (new int[weights.Length], new double[weights.Length]);
        for (var i = 0; i < weights.Length; i++)
        {
            // The 1e-9 and the nine digits keep rounding from deciding a bucket.
            var quota = Buckets * weights[i] / sum;
            buckets[i] = (int)Math.Floor(quota + 1e-9);
            remainders[i] = weights[i] > 0 ? Math.Round(quota - buckets[i], 9) : double.NegativeInfinity;
            left -= buckets[i];
        }

        foreach (var i in Enumerable.Range(0, weights.Length).OrderByDescending(i => remainders[i]).ThenBy(i => i).Take(left))
        {
            buckets[i]++;
        }

        return buckets;
    }

    private static int Count(ReadOnlySpan<bool> active) => active.Count(true);

    private static double[] Even(ReadOnlySpan<bool> active, int k)
    {
        var weights = new double[active.Length];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = active[i] ? 1.0 / k : 0;
        }

        return weights;
    }

    private static int[] OnlyControl(int arms)
    {
        var buckets = new int[arms];
        buckets[0] = Buckets;
        return buckets;
    }
}
