namespace Experiments.Stats.Sequential;

/// <summary>Log evidence as a function of the null value, as a struct so that a search allocates nothing.</summary>
internal interface INullEvidence
{
    double LogEvidence(double nullValue);
}

/// <summary>Inverts a test: the null values around a start whose evidence stays under the threshold.</summary>
/// <remarks>
/// Plain bisection on purpose: where the horizon falls between two nulls the line part switches off and log E jumps, so
/// no method that assumes a continuous function may be used.
/// </remarks>
internal static class NullSearch
{
    private const int Steps = 60;
    private const int Trials = 64;

    internal static Interval Find<TEvidence>(
        ref TEvidence evidence, double low, double high, double start, double threshold, bool logSpaced)
        where TEvidence : INullEvidence, allows ref struct
    {
        if (!(evidence.LogEvidence(start) < threshold))
        {
            start = LeastRejected(ref evidence, low, high, logSpaced);
            if (!(evidence.LogEvidence(start) < threshold))
            {
                return Interval.Empty;
            }
        }

        return new Interval(End(ref evidence, start, low, threshold), End(ref evidence, start, high, threshold));
    }

    private static double LeastRejected<TEvidence>(ref TEvidence evidence, double low, double high, bool logSpaced)
        where TEvidence : INullEvidence, allows ref struct
    {
        var (best, least) = (low, double.PositiveInfinity);
        for (var i = 0; i < Trials; i++)
        {
            var share = (double)i / (Trials - 1);
            var value = logSpaced
                ? Math.Clamp(low * Math.Pow(high / low, share), low, high)
                : low + ((high - low) * share);
            var log = evidence.LogEvidence(value);
            if (log < least)
            {
                (best, least) = (value, log);
            }
        }

        return best;
    }

    private static double? End<TEvidence>(ref TEvidence evidence, double inside, double outside, double threshold)
        where TEvidence : INullEvidence, allows ref struct
    {
        if (evidence.LogEvidence(outside) < threshold)
        {
            return null;
        }

        for (var step = 0; step < Steps; step++)
        {
            var middle = 0.5 * (inside + outside);
            if (evidence.LogEvidence(middle) < threshold)
            {
                inside = middle;
            }
            else
            {
                outside = middle;
            }
        }

        return 0.5 * (inside + outside);
    }
}
