using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Results.Figures;

namespace Experiments.Api.Results.Looks;

/// <summary>An experiment with its moments at one instant: where looks and results take their sums from.</summary>
internal sealed record ExperimentData(Experiment Experiment, Hypothesis? Hypothesis, TargetMoments Moments, DateTimeOffset Now)
{
    /// <summary>Prior probability that a test has an effect at all.</summary>
    public double PriorOfEffect { get; init; } = Stats.Bayesian.EffectProbability.UsualPrior;

    public int Control => Experiment.IndexOf(Experiment.Control);

    public IEnumerable<int> Treatments => Enumerable.Range(0, Experiment.Variants.Count).Where(i => i != Control);

    /// <summary>Whether a KPI's variance is reduced by a covariate.</summary>
    public bool HasCovariate(int kpi) => Experiment.FrozenKpis[kpi] is { Covariate: not null, Type: "mean" or "count" };

    /// <summary>Sums over all users, mature or not: shown, never decided on.</summary>
    public KpiData Current(int kpi, Segment segment = default) =>
        Data(kpi, (epoch, variant) => Moments.Current(kpi, epoch, variant, segment));

    /// <summary>Sums over mature users, first exposed up to the end of a UTC day.</summary>
    public KpiData Mature(int kpi, long lastDay = long.MaxValue, Segment segment = default) =>
        Data(kpi, (epoch, variant) => Moments.Mature(kpi, epoch, variant, Now.UtcTicks, segment, lastDay));

    private KpiData Data(int kpi, Func<int, int, MomentCell> cell) => new(
        Moments.Layout.Kpis[kpi].Type,
        Experiment.FrozenKpis[kpi].Direction == "decrease",
        [
            .. Experiment.Epochs.Select(epoch => new EpochData(
                epoch.Shares(),
                [.. Enumerable.Range(0, Experiment.Variants.Count).Select(variant => cell(epoch.Id, variant))])),
        ])
    {
        HasCovariate = HasCovariate(kpi),
    };
}
