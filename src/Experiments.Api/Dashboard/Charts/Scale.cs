namespace Experiments.Api.Dashboard.Charts;

/// <summary>Round numbers for axes.</summary>
internal static class Scale
{
    /// <summary>Round values inside a range, 0 among them where it is inside; about as many as asked for.</summary>
    public static IEnumerable<double> Ticks(double low, double high, int wanted)
    {
        if (!(high > low)) yield break;
        var step = Step((high - low) / wanted);
        for (var i = (long)Math.Ceiling(low / step); i * step <= high; i++) yield return i * step;
    }

    // Steps are 1, 2 or 5 times a power of ten: what people count in.
    private static double Step(double value)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return power * ((value / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
    }

    private static readonly double[] Digits = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

    /// <summary>A round number at or above a positive one.</summary>
    public static double Nice(double value)
    {
        if (!(value > 0) || !double.IsFinite(value)) return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return power * Array.Find(Digits, digit => digit >= value / power - 1e-9);
    }
}
