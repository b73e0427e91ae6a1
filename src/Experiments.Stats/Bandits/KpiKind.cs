namespace Experiments.Stats.Bandits;

/// <summary>How a KPI's values are modelled by a bandit.</summary>
public enum KpiKind
{
    /// <summary>A user converts or not.</summary>
    Proportion,

    /// <summary>One number per user: money, a count, or the linearised value of a ratio (<see cref="LinearisedRatio"/>).</summary>
    Mean,
}
