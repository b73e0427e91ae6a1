using Experiments.Api.Events.Ledger;
using Experiments.Stats.Sequential;

namespace Experiments.Api.Results.Looks;

/// <summary>What the plan fixes of one sequential test before any data.</summary>
/// <param name="Alpha">Error budget.</param>
/// <param name="Up">Weight of the upward side.</param>
/// <param name="HorizonUsers">Planned mature users of the pair; null: from <paramref name="MinimumDetectableLift"/>.</param>
/// <param name="MinimumDetectableLift">Relative lift that the horizon is sized for.</param>
/// <param name="Baseline">Planned base rate of a proportion; null: frozen blind.</param>
/// <param name="StandardDeviation">Planned standard deviation of a mean; null: frozen blind.</param>
internal sealed record PairPlan(
    double Alpha, double Up, double? HorizonUsers, double? MinimumDetectableLift, double? Baseline, double? StandardDeviation)
{
    public const double DeclaredUp = 0.8;
    public const double Undeclared = 0.5;

    public double LogThreshold => -Math.Log(Alpha);

    /// <summary>Method of the test as results name it.</summary>
    public static string Method(KpiType type) => type == KpiType.Proportion ? "betting" : "normal";

    public SequentialPlan ToSequential(double horizonUsers) => new(Alpha, Up, horizonUsers);
}
