using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Sdk.Arms;

namespace Experiments.Api.Assignments;

/// <summary>The arms that a person with several ids met first, under whichever: the ledger knows, no table does.</summary>
internal sealed class FirstArms(EventLedger ledger, CatalogStore catalog)
{
    /// <summary>His record; null for who is known under one id only.</summary>
    public async ValueTask<UserRecord?> OfAsync(string user, CancellationToken cancellationToken)
    {
        var (record, several) = await ledger.FindAsync(ledger.Pseudonym(user), cancellationToken);
        return several ? record : null;
    }

    /// <summary>His first arm in an experiment, or null.</summary>
    public KeptArm? Of(UserRecord record, string experimentKey)
    {
        var target = LedgerEvent.Hash(TargetName.Experiment(experimentKey));
        if (record.Exposures.FirstOrDefault(e => e.Target == target) is not { } exposure) return null;
        if (!catalog.State.Experiments.TryGetValue(experimentKey, out var experiment)) return null;
        var buckets = exposure.Epoch < experiment.Epochs.Count ? experiment.Epochs[exposure.Epoch].Buckets[exposure.Variant] : 0;
        return buckets > 0 ? new KeptArm(experiment.Variants[exposure.Variant].Key, exposure.Epoch, buckets) : null;
    }
}
