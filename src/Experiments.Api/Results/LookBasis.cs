using System.Globalization;
using Experiments.Api.Catalog;
using Experiments.Api.Results.Looks;
using Experiments.Api.Store;

namespace Experiments.Api.Results;

/// <summary>All that a look is computed from: equal bases give equal figures and equal words.</summary>
/// <param name="Experiment">Version of the experiment.</param>
/// <param name="Hypothesis">Version of its hypothesis.</param>
/// <param name="Draft">Version of the catalogue where the plan is not frozen yet, 0 afterwards.</param>
/// <param name="Moments">Version of the moments.</param>
/// <param name="Looks">Version of the decider's looks.</param>
/// <param name="Prior">Prior probability of an effect.</param>
/// <param name="Cycle">The cycle of days as it stands: it closes with time alone.</param>
/// <param name="Mature">Users mature by KPI: they mature with time alone.</param>
internal sealed record LookBasis(
    long Experiment, long Hypothesis, long Draft, string Moments, ShardVersion Looks, double Prior, Cycle Cycle, string Mature)
{
    public static LookBasis Of(CatalogState state, ExperimentData data, LookState before, ShardVersion looks) => new(
        data.Experiment.Version,
        data.Hypothesis?.Version ?? 0,
        data.Experiment.Status == ExperimentStatus.Draft ? state.Version : 0,
        data.Moments.Version,
        looks,
        data.PriorOfEffect,
        Cycle.Of(data, before.ClosedCycles),
        MatureUsers(data));

    private static string MatureUsers(ExperimentData data) => string.Join(
        ',', data.Experiment.FrozenKpis.Select((_, kpi) => MatureUsers(data, kpi).ToString(CultureInfo.InvariantCulture)));

    private static long MatureUsers(ExperimentData data, int kpi)
    {
        var mature = data.Mature(kpi);
        return Enumerable.Range(0, data.Experiment.Variants.Count).Sum(v => mature.Total(v).Users);
    }
}
