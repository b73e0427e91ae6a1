namespace Experiments.Stats.Sequential;

/// <summary>Intersection of the intervals of all looks so far: what a confidence sequence lets one believe.</summary>
/// <param name="Value">Last intersection that was not empty.</param>
/// <param name="IsUnstable">An intersection or a look was empty: the effect moved over time.</param>
public readonly record struct RunningInterval(Interval Value, bool IsUnstable)
{
    /// <summary>Before the first look: nothing is excluded.</summary>
    public static RunningInterval Initial => default;

    /// <summary>Adds a look. A missing end never narrows; an empty result keeps the last interval and marks it.</summary>
    /// <param name="look">Interval of this look.</param>
    public RunningInterval Update(Interval look)
    {
        var common = Value.Intersect(look);
        return common.IsEmpty ? this with { IsUnstable = true } : this with { Value = common };
    }
}
