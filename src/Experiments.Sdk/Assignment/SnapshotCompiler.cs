using System.Collections.Frozen;
using System.Globalization;

namespace Experiments.Sdk.Assignment;

/// <summary>Makes a <see cref="SnapshotEvaluator"/> of a snapshot; one malformed entry does not spoil the others.</summary>
internal sealed class SnapshotCompiler(Snapshot snapshot)
{
    private readonly Dictionary<string, List<(string LayerSalt, ExperimentPlan Plan)>> _experiments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FeaturePlan> _features = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<PracticePlan>> _practices = new(StringComparer.Ordinal);
    private readonly List<string> _skipped = [];

    public SnapshotEvaluator Compile()
    {
        foreach (var experiment in snapshot.Experiments ?? [])
        {
            Try(experiment?.Key, () => Add(experiment!));
        }

        foreach (var practice in snapshot.BestPractices ?? [])
        {
            Try(practice?.Key, () => Add(_practices, practice!.Parameter, Compile(practice)));
        }

        var plans = _experiments.Keys.Union(_practices.Keys, StringComparer.Ordinal).Union(_features.Keys, StringComparer.Ordinal).ToFrozenDictionary(
            parameter => parameter,
            parameter => new ParameterPlan(
                LayersOf(parameter), [.. _practices.GetValueOrDefault(parameter, [])], _features.GetValueOrDefault(parameter)),
            StringComparer.Ordinal);
        return new SnapshotEvaluator(snapshot.Version, plans, _skipped);
    }

    private LayerPlan[] LayersOf(string parameter) =>
    [
        .. _experiments.GetValueOrDefault(parameter, [])
            .GroupBy(entry => entry.LayerSalt, entry => entry.Plan, StringComparer.Ordinal)
            .Select(layer => new LayerPlan(UserHasher.Salt(layer.Key), [.. layer])),
    ];

    private void Try(string? key, Action compile)
    {
        try
        {
            compile();
        }
#pragma warning disable CA1031 // A foreign snapshot can be wrong in any way; whatever it is, only this entry is lost.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _skipped.Add(string.Create(CultureInfo.InvariantCulture, $"{key ?? "?"}: {exception.Message}"));
        }
    }

    private void Add(SnapshotExperiment experiment)
    {
        if (experiment.FeatureManagement is null)
        {
            Add(_experiments, experiment.Parameter, (experiment.LayerSalt, Compile(experiment)));
        }
        else if (!_features.TryAdd(experiment.Parameter, Compile(experiment, experiment.FeatureManagement)))
        {
            throw new FormatException($"Another experiment has the parameter '{experiment.Parameter}' for itself.");
        }
    }

    private static void Add<T>(Dictionary<string, List<T>> byParameter, string parameter, T plan)
    {
        if (!byParameter.TryGetValue(parameter, out var plans)) byParameter.Add(parameter, plans = []);
        plans.Add(plan);
    }

    private static ExperimentPlan Compile(SnapshotExperiment experiment)
    {
        _ = UserHasher.Salt(experiment.LayerSalt);
        CheckSlots(experiment.Slots);
        var table = BucketTable.Expand(experiment.Table);
        var counts = BucketTable.Count(table, experiment.Variants.Count);
        if (counts.Sum() != BucketTable.Size) throw new FormatException("The table names a variant that is not there.");
        return new ExperimentPlan(
            UserHasher.Salt(experiment.Salt),
            experiment.Slots,
            new RunTable(table),
            ArmsOf(experiment, counts, [.. counts.Select(count => count / (double)BucketTable.Size)]),
            AudienceOf(experiment));
    }

    private static FeaturePlan Compile(SnapshotExperiment experiment, FeatureAllocation allocation)
    {
        double[] shares = [.. experiment.Variants.Select(variant => allocation.ShareOf(variant.Key))];
        var total = shares.Sum();
        var arms = ArmsOf(experiment, BucketTable.BucketsFromWeights(shares), [.. shares.Select(share => share / total)]);
        return new FeaturePlan(experiment.Key, allocation, arms, AudienceOf(experiment));
    }

    private static Audience? AudienceOf(SnapshotExperiment experiment) => experiment.Audience is { } audience ? Audience.Compile(audience) : null;

    private static ServedArm[] ArmsOf(SnapshotExperiment experiment, int[] counts, double[] shares)
    {
        if (experiment.Variants.Any(variant => string.IsNullOrEmpty(variant.Key))) throw new FormatException("A variant has no key.");
        var plan = new ArmPlan(experiment.Key, experiment.Control);
        ServedArm[] arms = [.. experiment.Variants.Select((variant, index) => new ServedArm
        {
            Reason = AssignmentReason.Split,
            Experiment = experiment.Key,
            Variant = variant.Key,
            VariantIndex = index,
            Value = new ServedValue(variant.Value),
            Propensity = shares[index],
            Epoch = experiment.Epoch,
            Buckets = counts[index],
            Plan = plan,
            Bandit = experiment.Kind == "bandit" ? plan : null,
            Feature = variant.Feature,
            Breakdowns = experiment.Breakdowns ?? [],
            ExposureSeed = ServedArm.SeedOf(experiment.Key, experiment.Epoch),
        })];
        plan.Complete(arms);
        return arms;
    }

    private static PracticePlan Compile(SnapshotPractice practice)
    {
        var buckets = practice.HoldbackBuckets;
        if (buckets is < 0 or > BucketTable.Size) throw new FormatException($"A holdback has 0 to {BucketTable.Size} buckets, not {buckets}.");

        var seed = ServedArm.SeedOf(practice.Key, -1);
        var held = buckets / (double)BucketTable.Size;
        return new PracticePlan(
            UserHasher.Salt(practice.Salt),
            buckets,
            new ServedArm
            {
                Reason = AssignmentReason.BestPractice,
                BestPractice = practice.Key,
                Variant = ServedArm.PracticeVariant,
                VariantIndex = 0,
                Value = new ServedValue(practice.Value),
                Propensity = 1 - held,
                Epoch = practice.Epoch,
                Feature = practice.Feature,
                ExposureSeed = seed,
            },
            new ServedArm
            {
                Reason = AssignmentReason.Holdback,
                BestPractice = practice.Key,
                Variant = ServedArm.HoldbackVariant,
                VariantIndex = 1,
                Value = new ServedValue(practice.HoldbackValue),
                Propensity = held,
                Epoch = practice.Epoch,
                Feature = practice.HoldbackFeature,
                ExposureSeed = seed,
            },
            practice.Audience is { } audience ? Audience.Compile(audience) : null);
    }

    private static void CheckSlots(IReadOnlyList<int[]> slots)
    {
        var last = 0;
        foreach (var interval in slots)
        {
            if (interval is not [var from, var to] || from < last || to <= from || to > BucketTable.Size)
            {
                throw new FormatException($"Slots are ascending pairs [from, to) of {BucketTable.Size}.");
            }

            last = to;
        }

        if (last == 0) throw new FormatException("An experiment without slots serves nobody.");
    }
}
