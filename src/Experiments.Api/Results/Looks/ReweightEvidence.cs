using Experiments.Stats.Bandits;

namespace Experiments.Api.Results.Looks;

/// <summary>What a change of weights rested on; recorded with the decision and never computed again.</summary>
internal sealed record ReweightEvidence
{
    public required string Experiment { get; init; }
    public required string Kpi { get; init; }
    public required string? PlanHash { get; init; }

    /// <summary>Epoch whose table it was computed on.</summary>
    public required int FromEpoch { get; init; }
    public required string Reason { get; init; }
    public required IReadOnlyDictionary<string, int> OldBuckets { get; init; }
    public required IReadOnlyDictionary<string, int> NewBuckets { get; init; }
    public required IReadOnlyDictionary<string, double> ProbabilityBest { get; init; }
    public required IReadOnlyDictionary<string, ArmBelief> Posteriors { get; init; }
    public required string? Leader { get; init; }
    public required double? RelativeLoss { get; init; }

    public static ReweightEvidence Of(ExperimentData data, BanditLook look, IReadOnlyList<int> buckets)
    {
        var experiment = data.Experiment;
        var (old, step) = (experiment.Epochs[^1], look.Step);
        Dictionary<string, T> By<T>(Func<int, T> value) =>
            experiment.Variants.Select((v, i) => (v.Key, Value: value(i))).ToDictionary(p => p.Key, p => p.Value);
        return new ReweightEvidence
        {
            Experiment = experiment.Key,
            Kpi = experiment.FrozenKpis[0].Key,
            PlanHash = experiment.PlanHash,
            FromEpoch = old.Id,
            Reason = BanditWords.Of(step.Reason),
            OldBuckets = By(v => old.Buckets[v]),
            NewBuckets = By(v => buckets[v]),
            ProbabilityBest = step.ProbabilityBest is { } best ? By(v => look.ByVariant(best, v)) : [],
            Posteriors = step.Posteriors is { } laws ? By(v => ArmBelief.Of(laws, look.Rows.ArmOf(v))) : [],
            Leader = step.Leader is { } leader ? experiment.Variants[look.Rows.Variants[leader]].Key : null,
            RelativeLoss = step.RelativeLoss,
        };
    }
}

/// <summary>Posterior of an arm, more being better: Beta for a rate, normal for a mean or a margin.</summary>
internal sealed record ArmBelief(double? Alpha, double? Beta, double Mean, double StandardDeviation)
{
    public static ArmBelief Of(ArmPosteriors laws, int arm) => laws.Beta.Count > 0
        ? new ArmBelief(laws.Beta[arm].Alpha, laws.Beta[arm].Beta, laws.Beta[arm].Mean, Math.Sqrt(laws.Beta[arm].Variance))
        : new ArmBelief(null, null, laws.Normal[arm].Mean, laws.Normal[arm].StandardDeviation);
}
