namespace Experiments.Calibration.Methods;

/// <summary>A two-sided 5 % z-test at every look, stopping at the first success: what a dashboard without a plan does.</summary>
/// <remarks>
/// Reference: Armitage, McPherson, Rowe (1969), "Repeated significance tests on accumulating data", Journal of the Royal
/// Statistical Society A 132(2), 235-244: the error grows to 1 with the number of looks.
/// </remarks>
internal sealed class NaivePeeking : ICompetitor
{
    internal const double Critical = 1.959963984540054;

    public string Name => "naive peeking";

    public bool Rejects(in Glance glance) => Math.Abs(glance.Z) >= Critical;
}
