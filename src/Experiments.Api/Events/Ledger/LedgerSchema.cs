using System.Collections.Frozen;
using Experiments.Api.Catalog;

namespace Experiments.Api.Events.Ledger;

/// <summary>What the ledger must know of the catalogue: the targets that users are exposed to, and the names of events that count.</summary>
internal sealed class LedgerSchema
{
    public static readonly LedgerSchema Empty = new([], []);

    private readonly FrozenDictionary<ulong, TargetLayout> _targets;
    private readonly FrozenSet<ulong> _counted;

    public LedgerSchema(IEnumerable<TargetLayout> targets, IEnumerable<string> countedEvents)
    {
        _targets = targets.ToFrozenDictionary(t => t.Hash);
        _counted = countedEvents.Select(LedgerEvent.Hash).ToFrozenSet();
    }

    public IEnumerable<TargetLayout> Targets => _targets.Values;

    public TargetLayout? Find(ulong target) => _targets.GetValueOrDefault(target);

    /// <summary>Whether some KPI, denominator or covariate counts events of this name.</summary>
    public bool Counts(ulong eventName) => _counted.Contains(eventName);

    public static LedgerSchema Of(
        IEnumerable<Kpi> kpis, IEnumerable<Experiment> experiments, IEnumerable<BestPractice> practices)
    {
        var started = experiments.Where(e => e.StartedAt is not null).ToList();
        var practicesList = practices.ToList();
        var counting = kpis
            .Concat(started.SelectMany(e => e.FrozenKpis))
            .Concat(practicesList.SelectMany(p => p.GuardrailKpis.Prepend(p.Kpi)))
            .SelectMany(k => new[] { k.Event, k.Denominator, k.Covariate })
            .OfType<string>();
        return new LedgerSchema(
            started.Select(TargetLayout.Of).Concat(practicesList.Select(TargetLayout.Of)), counting);
    }
}
