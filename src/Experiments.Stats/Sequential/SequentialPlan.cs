namespace Experiments.Stats.Sequential;

/// <summary>What a test freezes before its first look: error budget, direction, horizon.</summary>
/// <param name="Alpha">Error budget: probability of ever crossing when nothing is true, in (0, 0.5]. Usual: 0.05.</param>
/// <param name="Up">Weight of the upward side in [0, 1]: 0.8 for a declared rise, 0.2 for a fall, 0.5 for neither,
/// 1 or 0 for a one-sided test.</param>
/// <param name="HorizonUsers">Planned mature units of the pair control + treatment, all epochs; above 0, not rounded.</param>
/// <exception cref="ArgumentOutOfRangeException">A value is NaN or outside its range.</exception>
public sealed record SequentialPlan(double Alpha, double Up, double HorizonUsers)
{
    /// <summary>Error budget: probability of ever crossing when nothing is true.</summary>
    public double Alpha { get; init => field = Require.Alpha(value, nameof(Alpha)); } = Require.Alpha(Alpha);

    /// <summary>Weight of the upward side.</summary>
    public double Up { get; init => field = Require.Probability(value, nameof(Up)); } = Require.Probability(Up);

    /// <summary>Planned mature units of the pair.</summary>
    public double HorizonUsers { get; init => field = Require.Positive(value, nameof(HorizonUsers)); } =
        Require.Positive(HorizonUsers);

    /// <summary>Lines c and crossing probabilities q of both sides; cached over all plans.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public HorizonBoundary Boundary => HorizonBoundary.For(Alpha, Up);

    /// <summary>ln(1/alpha): log evidence that decides.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double LogThreshold => -Math.Log(Alpha);
}
