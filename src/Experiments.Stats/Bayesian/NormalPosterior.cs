namespace Experiments.Stats.Bayesian;

/// <summary>Normal law of a mean, given what was seen.</summary>
/// <param name="Mean">Centre, in units of the metric.</param>
/// <param name="StandardDeviation">Standard deviation of the centre, above 0, in units of the metric.</param>
public readonly record struct NormalPosterior(double Mean, double StandardDeviation)
{
    internal void Validate(string argument)
    {
        Require.Finite(Mean, argument);
        Require.Positive(StandardDeviation, argument);
    }
}
