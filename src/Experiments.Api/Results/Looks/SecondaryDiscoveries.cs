using Experiments.Stats.Sequential;

namespace Experiments.Api.Results.Looks;

/// <summary>Secondary KPIs are many: what is called a discovery among them is held to a share of 10 % false ones (e-BH).</summary>
internal static class SecondaryDiscoveries
{
    public static List<KpiLook> Apply(ExperimentData data, List<KpiLook> kpis)
    {
        var secondary = kpis.Where(k => Plans.Role(data.Experiment, k.Kpi) == Plans.Secondary).ToList();
        double[] evidence = [.. secondary.SelectMany(k => k.Comparisons).Select(c => c.Look.Evidence.LogEvidence)];
        if (evidence.Length == 0) return kpis;

        var discovered = new bool[evidence.Length];
        EBenjaminiHochberg.Reject(evidence, EBenjaminiHochberg.UsualRate, discovered);
        var next = 0;
        return [.. kpis.Select(k => secondary.Contains(k) ? k with { Comparisons = [.. k.Comparisons.Select(c => Decide(k, c, discovered[next++]))] } : k)];
    }

    private static ComparisonLook Decide(KpiLook kpi, ComparisonLook comparison, bool discovered)
    {
        if (!discovered)
        {
            return comparison.Decision is ComparisonLook.Equivalent ? comparison : comparison with { Decision = ComparisonLook.Undecided };
        }

        var isGood = comparison.Look.Evidence.Direction > 0 != kpi.Mature.Decrease;
        return comparison with { Decision = isGood ? ComparisonLook.Better : ComparisonLook.Worse };
    }
}
