using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Events.Ledger;

/// <summary>How the ledger counts one target (an experiment or a best practice): frozen at its first start, so that it never changes
/// under moments already counted.</summary>
internal sealed record TargetLayout(
    string Name, IReadOnlyList<string> Variants, IReadOnlyList<KpiLayout> Kpis, IReadOnlyList<string> Breakdowns)
{
    public ulong Hash { get; } = LedgerEvent.Hash(Name);

    /// <summary>Epochs, whose buckets say which variants they give; empty where every epoch gives every variant (a best practice).</summary>
    public IReadOnlyList<Epoch> Epochs { get; init; } = [];

    /// <summary>Hash of another target whose users do not count here: those of the experiment that a best practice came from.</summary>
    public ulong? NotAfter { get; init; }

    /// <summary>Whether epochs may move a user from one variant to the other (a holdback that grows): his first one counts.</summary>
    public bool MovesUsers { get; init; }

    /// <summary>Whether a second variant is a sign of a fault, rather than our own doing.</summary>
    /// <exception cref="UnknownTargetException">The epoch is not in the catalogue read last.</exception>
    public bool IsFault(RecordedExposure first, SeenVariant other) =>
        MovesUsers ? first.Seen.Any(s => s.Epoch == other.Epoch && s.Variant != other.Variant) : Gives(first.Variant, other.Epoch);

    // Where an epoch's table does not give a variant at all, another one is our doing.
    private bool Gives(int variant, int epoch)
    {
        if (Epochs.Count == 0) return true;
        return epoch < Epochs.Count ? Epochs[epoch].Buckets[variant] > 0 : throw new UnknownTargetException();
    }

    /// <summary>Layout of a started experiment.</summary>
    public static TargetLayout Of(Experiment experiment) => new(
        TargetName.Experiment(experiment.Key),
        [.. experiment.Variants.Select(v => v.Key)],
        [.. experiment.FrozenKpis.Select((k, i) => KpiLayout.Of(k) with { TracksDelay = i == 0 && experiment.Bandit is not null })],
        experiment.Breakdowns)
    {
        Epochs = experiment.Epochs,
    };

    /// <summary>Layout of a best practice: variant 0 is its holdback.</summary>
    public static TargetLayout Of(BestPractice practice) => new(
        TargetName.BestPractice(practice.Key), PracticeVariants.All, [KpiLayout.Of(practice.Kpi), .. practice.GuardrailKpis.Select(KpiLayout.Of)], [])
    {
        NotAfter = practice.Evidence is [var evidence, ..] ? LedgerEvent.Hash(TargetName.Experiment(evidence.Experiment)) : null,
        MovesUsers = true,
    };
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

    /// <summary>Whether rows count when in the window first conversions come: what a bandit weighs its pending users by.</summary>
    public bool TracksDelay { get; init; }

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
