namespace Experiments.Stats.Numerics;

/// <summary>41-point Gauss-Hermite rule as nodes and weights of the standard normal law (weights sum to 1).</summary>
/// <remarks>Newton on orthonormal Hermite functions (Press et al., "Numerical recipes", 4.6).</remarks>
internal static class GaussHermiteRule
{
    internal const int Order = 41;

    internal static readonly double[] Nodes = new double[Order];
    internal static readonly double[] Weights = new double[Order];

    static GaussHermiteRule()
    {
        // Roots interlace and lie within sqrt(2 n + 1): scan for sign changes, then bisect, then weigh.
        var limit = Math.Sqrt((2 * Order) + 1) + 1;
        const int Scan = 4000;
        var (count, previous) = (0, -limit);
        var before = Hermite(previous, out _);
        for (var i = 1; i <= Scan && count < Order; i++)
        {
            var point = limit * (((2.0 * i) / Scan) - 1 + 1e-7);
            var value = Hermite(point, out _);
            if ((value > 0) != (before > 0))
            {
                Add(count++, Bisect(previous, point, before > 0));
            }

            (previous, before) = (point, value);
        }

        var sum = Weights.Sum();
        for (var i = 0; i < Order; i++)
        {
            Weights[i] /= sum;
        }
    }

    private static void Add(int index, double root)
    {
        Hermite(root, out var derivative);
        Nodes[index] = root * Math.Sqrt(2);
        Weights[index] = 1 / (derivative * derivative);
    }

    private static double Bisect(double low, double high, bool positiveAtLow)
    {
        for (var step = 0; step < 100; step++)
        {
            var middle = 0.5 * (low + high);
            if (Hermite(middle, out _) > 0 == positiveAtLow)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return 0.5 * (low + high);
    }

    private static double Hermite(double x, out double derivative)
    {
        var (current, previous) = (0.75112554446494248286, 0.0);
        for (var j = 0; j < Order; j++)
        {
            (previous, current) = (current, (x * Math.Sqrt(2.0 / (j + 1)) * current) - (Math.Sqrt(j / (j + 1.0)) * previous));
        }

        derivative = Math.Sqrt(2.0 * Order) * previous;
        return current;
    }
}
