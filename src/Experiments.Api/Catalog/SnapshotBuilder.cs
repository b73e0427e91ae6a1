using Experiments.Sdk.Assignment;

namespace Experiments.Api.Catalog;

/// <summary>What an SDK needs of the catalogue: running experiments and active best practices, nothing else. A pure function.</summary>
internal static class SnapshotBuilder
{
    public static Snapshot Build(CatalogState state) => new()
    {
        Version = state.Version,
        // In the order of keys: two processes must build the same bytes from the same state.
        Experiments = [.. state.Experiments.Values
            .Where(e => e is { Status: ExperimentStatus.Running, Archived: false })
            .OrderBy(e => e.Key, StringComparer.Ordinal)
            .Select(Experiment)],
        BestPractices = [.. state.BestPractices.Values
            .Where(IsServed)
            // The first that fits a user serves him: the newest knowledge.
            .OrderByDescending(p => p.ValidFrom).ThenBy(p => p.Key, StringComparer.Ordinal)
            .Select(Practice)],
    };

    // A contested practice gives back the value of before; where that is the app's own default, nobody need be told.
    private static bool IsServed(BestPractice practice) =>
        practice.State == PracticeState.Active || (practice is { State: PracticeState.Contested or PracticeState.Expired, HoldbackValue: not null });

    private static SnapshotExperiment Experiment(Experiment experiment)
    {
        var epoch = experiment.Epochs[^1];
        var feature = ServedPercentiles(experiment);
        return new SnapshotExperiment
        {
            Key = experiment.Key,
            Kind = experiment.Kind,
            Parameter = experiment.Parameter,
            LayerSalt = experiment.LayerSalt!,
            Slots = feature is null ? experiment.Slots : [],
            Salt = experiment.Salt!,
            Epoch = epoch.Id,
            Variants = [.. experiment.Variants.Select(v => new SnapshotVariant(v.Key, v.Value) { Feature = v.Feature })],
            Control = experiment.Control,
            Table = feature is null ? epoch.Table! : [],
            Audience = experiment.Audience,
            Breakdowns = experiment.Breakdowns,
            FeatureManagement = feature,
        };
    }

    /// <summary>The percentiles, those of a variant that was stopped for the harm it does given to the control: nobody else is moved.</summary>
    public static FeatureAllocation? ServedPercentiles(Experiment experiment)
    {
        if (experiment.FeatureManagement is not { } allocation || experiment.SafetyStopped.Count == 0) return experiment.FeatureManagement;
        return allocation with
        {
            Percentile = [.. allocation.Percentile.Select(p => p with { Variant = Served(p.Variant) })],
            User = [.. allocation.User.Select(u => u with { Variant = Served(u.Variant) })],
            Group = [.. allocation.Group.Select(g => g with { Variant = Served(g.Variant) })],
            DefaultWhenEnabled = allocation.DefaultWhenEnabled is { } variant ? Served(variant) : null,
        };

        string Served(string variant) => experiment.SafetyStopped.Contains(variant) ? experiment.Control : variant;
    }

    private static SnapshotPractice Practice(BestPractice practice) => new()
    {
        Key = practice.Key,
        Parameter = practice.Parameter,
        Value = practice.Value,
        HoldbackValue = practice.HoldbackValue,
        Feature = practice.Feature,
        HoldbackFeature = practice.HoldbackFeature,
        Salt = practice.Salt,
        HoldbackBuckets = practice.State != PracticeState.Active ? BucketTable.Size : HoldbackBuckets(practice.Holdback),
        Epoch = practice.EpochId,
        Audience = practice.Scope.ToAudience(),
    };

    /// <summary>Buckets of 10,000 that a holdback takes.</summary>
    public static int HoldbackBuckets(double share) => (int)Math.Round(share * BucketTable.Size, MidpointRounding.AwayFromZero);
}
