using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Events.Ledger;

/// <summary>How the ledger counts one target (an experiment or a best practice): frozen at its first start, so that it never changes
/// under moments already counted.</summary>
internal sealed record TargetLayout(
    string Name, IReadOnlyList<string> Variants, IReadOnlyList<KpiLayout> Kpis, IReadOnlyList<string> Breakdowns)
{
    public ulong Hash { get; } = LedgerEvent.Hash(Name);

    /// <summary>Buckets of each variant by epoch; empty where every epoch gives every variant (a best practice).</summary>
    public IReadOnlyList<IReadOnlyList<int>> Epochs { get; init; } = [];

    /// <summary>Whether an epoch's table gives a variant at all: where it does not, another variant is our doing, no sign of a fault.</summary>
    /// <exception cref="UnknownTargetException">The epoch is not in the catalogue read last.</exception>
    public bool Gives(int variant, int epoch)
    {
        if (Epochs.Count == 0) return true;
        return epoch < Epochs.Count ? Epochs[epoch][variant] > 0 : throw new UnknownTargetException();
    }

    /// <summary>Layout of a started experiment.</summary>
    public static TargetLayout Of(Experiment experiment) => new(
        TargetName.Experiment(experiment.Key),
        [.. experiment.Variants.Select(v => v.Key)],
        [.. experiment.FrozenKpis.Select(KpiLayout.Of)],
        experiment.Breakdowns)
    {
        Epochs = [.. experiment.Epochs.Select(e => e.Buckets)],
    };

    /// <summary>Layout of a best practice: variant 0 is its holdback.</summary>
    public static TargetLayout Of(BestPractice practice) => new(
        TargetName.BestPractice(practice.Key), PracticeVariants.All, [KpiLayout.Of(practice.Kpi)], []);
}

/// <summary>Variants of a best practice's own measurement.</summary>
internal static class PracticeVariants
{
    public const string Holdback = "holdback";
    public const string Practice = "practice";

    public static readonly IReadOnlyList<string> All = [Holdback, Practice];
}

internal enum KpiType
{
    Proportion,
    Mean,
    Count,
    Ratio,
}

/// <summary>How one KPI turns a user's events into a number.</summary>
/// <param name="Second">Hash of the second event name: a ratio's denominator, or the covariate counted before the exposure.</param>
/// <param name="WindowTicks">Time from the first exposure in which events count.</param>
internal sealed record KpiLayout(
    string Key, KpiType Type, ulong Event, ulong? Second, long WindowTicks, double? Cap)
{
    /// <summary>A user waits for maturity in a slot of first exposure: a 64th of the window, at least a second.</summary>
    public long SlotTicks { get; } = Math.Max(TimeSpan.TicksPerSecond, WindowTicks / 64);

    public static KpiLayout Of(Kpi kpi)
    {
        var second = kpi.Denominator ?? kpi.Covariate;
        return new KpiLayout(
            kpi.Key,
            Enum.Parse<KpiType>(kpi.Type, ignoreCase: true),
            LedgerEvent.Hash(kpi.Event),
            second is null ? null : LedgerEvent.Hash(second),
            Durations.Parse(kpi.Window).Ticks,
            kpi.Cap);
    }
}
