namespace Experiments.Calibration.Methods;

/// <summary>One two-sided 5 % z-test at the planned horizon, no look before.</summary>
/// <remarks>
/// Reference: Neyman, Pearson (1933), "On the problem of the most efficient tests of statistical hypotheses",
/// Philosophical Transactions A 231, 289-337.
/// </remarks>
internal sealed class FixedHorizon : ICompetitor
{
    public string Name => "fixed horizon z-test";

    public bool Rejects(in Glance glance) => glance.Look == glance.Looks && Math.Abs(glance.Z) >= NaivePeeking.Critical;
}
