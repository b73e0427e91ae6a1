using Experiments.Api.Catalog;

namespace Experiments.Api.Results.Looks;

/// <summary>The sequential tests that an experiment's frozen plan asks for.</summary>
internal static class Plans
{
    private const double OtherAlpha = 0.05;

    /// <summary>Roles of KPIs in an experiment.</summary>
    public const string Primary = "primary";
    public const string Secondary = "secondary";
    public const string Guardrail = "guardrail";

    public static string Role(Experiment experiment, int kpi)
    {
        if (kpi == 0) return Primary;
        return experiment.SecondaryKpis.Contains(experiment.FrozenKpis[kpi].Key) ? Secondary : Guardrail;
    }

    /// <summary>Two-sided test of no effect on a KPI.</summary>
    public static PairPlan NoEffect(ExperimentData data, int kpi)
    {
        var decision = data.Experiment.Decision;
        var isPrimary = kpi == 0;
        return new PairPlan(
            isPrimary ? decision.Alpha : OtherAlpha,
            Up(data, kpi),
            decision.HorizonUsers,
            decision.MinimumDetectableLift,
            isPrimary ? decision.Baseline : null,
            StandardDeviation: null);
    }

    /// <summary>One-sided test: with up = 1 evidence that the treatment is above the null, with up = 0 that it is below.</summary>
    /// <param name="horizonUsers">N of the primary KPI's pair, which guardrails and the safety stop share.</param>
    public static PairPlan OneSided(ExperimentData data, int kpi, double alpha, double up, double horizonUsers) =>
        NoEffect(data, kpi) with { Alpha = alpha, Up = up, HorizonUsers = horizonUsers };

    private static double Up(ExperimentData data, int kpi)
    {
        var expect = data.Hypothesis?.Expect;
        if (expect is null || expect.Kpi != data.Experiment.FrozenKpis[kpi].Key) return PairPlan.Undeclared;
        return expect.Direction == "decrease" ? 1 - PairPlan.DeclaredUp : PairPlan.DeclaredUp;
    }
}
