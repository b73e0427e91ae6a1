namespace Experiments.Calibration.Report;

/// <summary>A mean over runs and its standard error.</summary>
internal readonly record struct Figure(double Value, double StandardError, int Runs)
{
    internal static Figure Share(int hits, int runs)
    {
        var p = (double)hits / runs;
        return new Figure(p, Math.Sqrt(p * (1 - p) / runs), runs);
    }

    internal static Figure Share<T>(T[] runs, Func<T, bool> hit) => Share(runs.Count(hit), runs.Length);

    internal static Figure Mean<T>(T[] runs, Func<T, double> value)
    {
        var mean = runs.Average(value);
        var variance = runs.Sum(r => (value(r) - mean) * (value(r) - mean)) / Math.Max(1, runs.Length - 1);
        return new Figure(mean, Math.Sqrt(variance / runs.Length), runs.Length);
    }

    /// <summary>Standard error of a share whose truth is <paramref name="rate"/>.</summary>
    internal static double Band(double rate, int runs) => Math.Sqrt(rate * (1 - rate) / runs);

    /// <summary>Percent with Wilson's 95 % interval: honest at 0 as well.</summary>
    internal string Percent()
    {
        const double Z = 1.96;
        var scale = 1 + (Z * Z / Runs);
        var centre = (Value + (Z * Z / (2 * Runs))) / scale;
        var half = Z / scale * Math.Sqrt((Value * (1 - Value) / Runs) + (Z * Z / (4.0 * Runs * Runs)));
        return Text.Of($"{100 * Value:F1} [{Math.Max(0, 100 * (centre - half)):F1}, {100 * (centre + half):F1}]");
    }

    internal string ShortPercent() => Text.Of($"{100 * Value:F1}");

    internal string Plain() => Text.Of($"{Value:F3} ± {StandardError:F3}");
}
