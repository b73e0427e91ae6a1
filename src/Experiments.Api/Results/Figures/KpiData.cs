using Experiments.Api.Events.Ledger;
using Experiments.Stats.Sequential;

namespace Experiments.Api.Results.Figures;

/// <summary>Sufficient statistics of one KPI: sums by variant, kept apart by epoch. All figures are computed from this.</summary>
/// <param name="Type">How a user's number is made.</param>
/// <param name="Decrease">True when less is better.</param>
/// <param name="Epochs">Epochs in the order of their start.</param>
internal sealed record KpiData(KpiType Type, bool Decrease, IReadOnlyList<EpochData> Epochs)
{
    /// <summary>Whether the second value is a covariate from before the exposure: variance is then reduced by it (CUPED).</summary>
    public bool HasCovariate { get; init; }

    public int Variants => Epochs.Count == 0 ? 0 : Epochs[0].Cells.Count;

    /// <summary>Sums of a variant over all epochs.</summary>
    public MomentCell Total(int variant) => Epochs.Aggregate(default(MomentCell), (sum, epoch) => sum + epoch.Cells[variant]);

    /// <summary>Whether users of all epochs were split alike, so that their counts may be pooled.</summary>
    public bool SameWeights => Epochs.All(e => e.Weights.SequenceEqual(Epochs[0].Weights));

    /// <summary>Share of the treatment among users of the pair; null where one of them had no weight.</summary>
    public static double? Share(EpochData epoch, int control, int treatment)
    {
        var (c, t) = (epoch.Weights[control], epoch.Weights[treatment]);
        return c > 0 && t > 0 ? t / (t + c) : null;
    }

    public ProportionEpoch[] ProportionPair(int control, int treatment) => Pair(
        control, treatment, (share, c, t) => new ProportionEpoch(share, t.ToCounts(), c.ToCounts()));

    public MeanEpoch[] MeanPair(int control, int treatment) => Pair(
        control, treatment, (share, c, t) => new MeanEpoch(share, t.ToMoments(), c.ToMoments(), t.Conversions + c.Conversions));

    /// <summary>Outcome with its denominator, or with its covariate.</summary>
    public BivariateEpoch[] BivariatePair(int control, int treatment) => Pair(
        control, treatment, (share, c, t) => new BivariateEpoch(share, t.ToBivariate(), c.ToBivariate(), t.Conversions + c.Conversions));

    private T[] Pair<T>(int control, int treatment, Func<double, MomentCell, MomentCell, T> make) =>
    [
        .. from epoch in Epochs
           let share = Share(epoch, control, treatment)
           where share is not null
           select make(share.Value, epoch.Cells[control], epoch.Cells[treatment]),
    ];
}

/// <summary>One epoch: the weights of the variants, in any scale, and their sums.</summary>
internal sealed record EpochData(IReadOnlyList<double> Weights, IReadOnlyList<MomentCell> Cells);
