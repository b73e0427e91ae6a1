using System.Text.Json;
using Experiments.Api.Shared;
using Experiments.Stats.Bandits;

namespace Experiments.Api.Results.Looks;

/// <summary>A bandit at one look: what is known of its arms, and the table that it would have next. Pure.</summary>
internal sealed class BanditLook
{
    private readonly ExperimentData _data;
    private readonly Lazy<BanditUpdate> _step;

    /// <param name="data">A started bandit and its sums.</param>
    /// <param name="isHealthy">Whether the data can be trusted: weights do not move on others.</param>
    public BanditLook(ExperimentData data, bool isHealthy)
    {
        _data = data;
        Rows = new ExperimentRows(data);
        _step = new Lazy<BanditUpdate>(() => BanditStep.Compute(data.Experiment.Bandit!.ToStatistics(), Input(isHealthy)));
    }

    public ExperimentRows Rows { get; }

    /// <summary>One step of the bandit, on what is known now.</summary>
    public BanditUpdate Step => _step.Value;

    /// <summary>Arms other than the control that were ever given to anybody: what error is shared out over.</summary>
    public int Rivals => Math.Max(1, _data.Treatments.Count(v => _data.Experiment.Epochs.Any(e => e.Buckets[v] > 0)));

    /// <summary>Variant of the largest posterior mean; null while nothing is known.</summary>
    public int? Leader => Step.Leader is { } arm ? Rows.Variants[arm] : null;

    /// <summary>A figure by arm, in the order of the experiment's variants.</summary>
    public T ByVariant<T>(IReadOnlyList<T> byArm, int variant) => byArm[Rows.ArmOf(variant)];

    /// <summary>The step as the decider keeps it, to be carried out on the table that it was computed on.</summary>
    public AllocationStep ToStep()
    {
        var experiment = _data.Experiment;
        int[] buckets = [.. experiment.Variants.Select((_, v) => ByVariant(Step.Buckets, v))];
        return new AllocationStep(
            _data.Now, experiment.Epochs[^1].Id, BanditWords.Of(Step.Reason), buckets,
            JsonSerializer.SerializeToElement(ReweightEvidence.Of(_data, this, buckets), ApiJson.Stored));
    }

    private BanditInput Input(bool isHealthy)
    {
        var experiment = _data.Experiment;
        var first = experiment.Epochs[0];
        var kpi = experiment.FrozenKpis[0];
        return new BanditInput(
            kpi.Type == "proportion" ? KpiKind.Proportion : KpiKind.Mean,
            [.. Rows.Variants.Select(v => experiment.Epochs[^1].Buckets[v])],
            Rows.Known(0))
        {
            IncreaseIsGood = kpi.Direction != "decrease",
            Active = [.. Rows.Variants.Select(v => experiment.Variants[v].Weight > 0)],
            AddedLater = [.. Rows.Variants.Select(v => first.Buckets[v] == 0)],
            IsHealthy = isHealthy,
            NowDays = Rows.NowDays,
            Costs = Costs(),
        };
    }

    private BanditCosts? Costs()
    {
        var experiment = _data.Experiment;
        if (experiment.Variants.All(v => v.Cost is null)) return null;
        return new BanditCosts(
            [.. Rows.Variants.Select(v => experiment.Variants[v].Cost ?? 0)], experiment.Bandit!.BudgetPerUser,
            experiment.FrozenKpis[0].ValuePerConversion ?? 1);
    }
}

/// <summary>A step that the decider computed: the table wanted after <paramref name="FromEpoch"/>, and why.</summary>
/// <param name="Buckets">In the order of the variants.</param>
internal sealed record AllocationStep(DateTimeOffset At, int FromEpoch, string Reason, IReadOnlyList<int> Buckets, JsonElement Evidence);

/// <summary>Reasons of a step as the API writes them.</summary>
internal static class BanditWords
{
    public static string Of(AllocationReason reason) => char.ToLowerInvariant(reason.ToString()[0]) + reason.ToString()[1..];
}
