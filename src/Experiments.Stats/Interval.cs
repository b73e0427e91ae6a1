namespace Experiments.Stats;

/// <summary>A set of plausible values between two ends; a missing end is unbounded.</summary>
/// <param name="Lower">Lower end, or null when nothing bounds the value from below.</param>
/// <param name="Upper">Upper end, or null when nothing bounds the value from above.</param>
public readonly record struct Interval(double? Lower, double? Upper)
{
    /// <summary>The interval that excludes nothing.</summary>
    public static Interval Unbounded => default;

    /// <summary>The interval that excludes everything: no single value explains all the data.</summary>
    public static Interval Empty => new(null, null) { IsEmpty = true };

    /// <summary>True when no value is left.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>Whether a value lies inside, ends included.</summary>
    /// <param name="value">The value asked about.</param>
    public bool Contains(double value) => !IsEmpty && !(value < Lower) && !(value > Upper);

    /// <summary>Whether all of this interval lies inside [lower, upper]; an unbounded or empty one never does.</summary>
    /// <param name="lower">Lower end of the outer interval.</param>
    /// <param name="upper">Upper end of the outer interval.</param>
    public bool IsInside(double lower, double upper) => !IsEmpty && Lower >= lower && Upper <= upper;

    /// <summary>Values in both intervals; a missing end never narrows the other.</summary>
    /// <param name="other">The other interval.</param>
    /// <returns>The common part, <see cref="Empty"/> when there is none.</returns>
    public Interval Intersect(Interval other)
    {
        if (IsEmpty || other.IsEmpty)
        {
            return Empty;
        }

        var lower = Lower is { } l && other.Lower is { } ol ? Math.Max(l, ol) : Lower ?? other.Lower;
        var upper = Upper is { } u && other.Upper is { } ou ? Math.Min(u, ou) : Upper ?? other.Upper;
        return lower > upper ? Empty : new Interval(lower, upper);
    }
}
