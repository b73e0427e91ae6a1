namespace Experiments.Stats.Bandits;

/// <summary>How a best practice is watched after its promotion.</summary>
public sealed record HoldbackPlan
{
    /// <summary>Share of users who go on receiving the old default, in (0, 0.5]. Usual: 0.05.</summary>
    public double Holdback { get; init => field = Share(value, nameof(Holdback)); } = 0.05;

    /// <summary>The same on suspicion or in a re-test, in (0, 0.5]. Usual: 0.25.</summary>
    public double EscalatedHoldback { get; init => field = Share(value, nameof(EscalatedHoldback)); } = 0.25;

    /// <summary>Days of a whole cycle, at least 1. Usual: 7.</summary>
    public int CycleDays { get; init => field = value >= 1 ? value : throw Require.Refused(nameof(CycleDays), value, "must be at least 1"); } = 7;

    /// <summary>Statistic from which on the holdback is escalated, above 1. Usual: 5.</summary>
    public double Warn { get; init => field = value > 1 && double.IsFinite(value) ? value : throw Require.Refused(nameof(Warn), value, "must be finite and above 1"); } = 5;

    /// <summary>Statistic from which on the practice is demoted, above 1; null: 1000/cycleDays, less than one wrong demotion in 1,000 days.</summary>
    public double? Demote { get; init => field = value is null or (> 1 and < double.PositiveInfinity) ? value : throw Require.Refused(nameof(Demote), value.Value, "must be finite and above 1"); }

    /// <summary>False for a KPI that should fall.</summary>
    public bool IncreaseIsGood { get; init; } = true;

    /// <summary>The threshold in force.</summary>
    public double DemoteAt => Demote ?? (1000.0 / CycleDays);

    /// <summary>Share of the old default after a cycle.</summary>
    /// <param name="action">What the detector said.</param>
    public double HoldbackAfter(HoldbackAction action) => action == HoldbackAction.Verify ? EscalatedHoldback : Holdback;

    private static double Share(double value, string name) =>
        value is > 0 and <= 0.5 ? value : throw Require.Refused(name, value, "must be in (0, 0.5]");
}
