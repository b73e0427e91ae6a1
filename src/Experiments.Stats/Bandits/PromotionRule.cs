namespace Experiments.Stats.Bandits;

/// <summary>When an arm of a bandit is promoted; frozen at the start (the method at the end of burn-in).</summary>
public sealed record PromotionRule
{
    /// <summary>How arms are proved.</summary>
    public ProofMethod Method { get; init; }

    /// <summary>False for a KPI that should fall.</summary>
    public bool IncreaseIsGood { get; init; } = true;

    /// <summary>Probability of ever promoting an arm while none is better, in (0, 0.5]. Usual: 0.05.</summary>
    public double Alpha { get; init => field = Require.Alpha(value, nameof(Alpha)); } = 0.05;

    /// <summary>Days of first exposures that a promotion rests on at least. Usual: 14.</summary>
    public int MinimumDays { get; init => field = value >= 0 ? value : throw Require.Refused(nameof(MinimumDays), value, "must be at least 0"); } = 14;

    /// <summary>Days of a whole cycle, at least 1. Usual: 7; 1 only when the owner states that days are alike.</summary>
    public int CycleDays { get; init => field = value >= 1 ? value : throw Require.Refused(nameof(CycleDays), value, "must be at least 1"); } = 7;

    /// <summary>Relative loss of the leader up to which it may be promoted. Usual: 0.01.</summary>
    public double MaximumRelativeLoss { get; init => field = Require.NonNegative(value, nameof(MaximumRelativeLoss)); } = 0.01;

    /// <summary>Lift below which a win is not worth having. Usual: 0.01.</summary>
    public double MinimumWorthwhileLift { get; init => field = Require.NonNegative(value, nameof(MinimumWorthwhileLift)); } = 0.01;

    /// <summary>ln E that proves one of so many treatments better: ln((K - 1)/alpha).</summary>
    /// <param name="treatmentsEverStarted">K - 1, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No treatment.</exception>
    public double LogThreshold(int treatmentsEverStarted)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(treatmentsEverStarted, 1);
        return Math.Log(treatmentsEverStarted / Alpha);
    }
}
