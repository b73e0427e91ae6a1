using System.Text.Json;
using System.Text.Json.Serialization;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Experiments.Sdk.Assignment;

namespace Experiments.Api.Experiments;

/// <summary>An experiment as it is answered: what was asked, defaults filled in, and how it goes.</summary>
internal sealed record ExperimentView : IVersioned
{
    public required string Key { get; init; }
    public required string Hypothesis { get; init; }
    public required string Kind { get; init; }
    public required string Parameter { get; init; }
    public required string? Layer { get; init; }
    public required string Control { get; init; }
    public required IReadOnlyList<VariantView> Variants { get; init; }
    public required double Coverage { get; init; }
    public required AudienceCondition? Audience { get; init; }
    public required string PrimaryKpi { get; init; }
    public required IReadOnlyList<string> SecondaryKpis { get; init; }
    public required IReadOnlyList<GuardrailView> Guardrails { get; init; }
    public required IReadOnlyList<string> Breakdowns { get; init; }
    public required DecisionSettings Decision { get; init; }
    public required BanditSettings? Bandit { get; init; }

    /// <summary>Percentiles that were taken over from Microsoft.FeatureManagement, and decide in place of the weights (hash msfm-v1).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required FeatureAllocation? FeatureManagement { get; init; }
    public required bool LearnedPrior { get; init; }
    public required string Status { get; init; }
    public required long Version { get; init; }
    public required bool Archived { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? StartedAt { get; init; }
    public required DateTimeOffset? StoppedAt { get; init; }
    public required string? StopReason { get; init; }

    /// <summary>SHA-256 of the plan, from the first start on.</summary>
    public required string? PlanHash { get; init; }

    /// <summary>Variant promoted, if any.</summary>
    public required string? PromotedVariant { get; init; }

    /// <summary>Promotion that waits for approval, or the last one that did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required ProposalView? Proposal { get; init; }

    /// <summary>Shares in force by variant; of a draft, those that it would start with.</summary>
    public required IReadOnlyDictionary<string, double> Allocation { get; init; }

    /// <summary>Stretches with one table of weights, oldest first.</summary>
    public required IReadOnlyList<EpochView> Epochs { get; init; }

    public static ExperimentView From(Experiment e) => new()
    {
        Key = e.Key,
        Hypothesis = e.Hypothesis,
        Kind = e.Kind,
        Parameter = e.Parameter,
        Layer = e.Layer,
        Control = e.Control,
        Variants = [.. e.Variants.Select(v => new VariantView(v.Key, v.Name, v.Weight, v.Value) { Cost = v.Cost, Feature = v.Feature })],
        Coverage = e.Coverage,
        Audience = e.Audience,
        PrimaryKpi = e.PrimaryKpi,
        SecondaryKpis = e.SecondaryKpis,
        Guardrails = [.. e.Guardrails.Select(g => new GuardrailView(g.Kpi, g.Margin))],
        Breakdowns = e.Breakdowns,
        Decision = e.Decision,
        Bandit = e.Bandit,
        FeatureManagement = e.FeatureManagement,
        LearnedPrior = e.LearnedPrior,
        Status = e.Status,
        Version = e.Version,
        Archived = e.Archived,
        CreatedAt = e.CreatedAt,
        StartedAt = e.StartedAt,
        StoppedAt = e.StoppedAt,
        StopReason = e.StopReason,
        PlanHash = e.PlanHash,
        PromotedVariant = e.PromotedVariant,
        Proposal = e.Proposal is { } proposal ? ProposalView.From(proposal) : null,
        Allocation = Shares(e),
        Epochs = [.. e.Epochs.Select(epoch => new EpochView(epoch.Id, epoch.StartedAt, ByVariant(e, i => epoch.Buckets[i])))],
    };

    private static Dictionary<string, double> Shares(Experiment e)
    {
        var total = e.Variants.Sum(v => v.Weight);
        return e.Epochs.Count > 0
            ? ByVariant(e, i => e.Epochs[^1].Buckets[i] / (double)BucketTable.Size)
            : ByVariant(e, i => e.Variants[i].Weight / total);
    }

    private static Dictionary<string, T> ByVariant<T>(Experiment e, Func<int, T> value) =>
        e.Variants.Select((v, i) => (v.Key, Value: value(i))).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
}

internal sealed record VariantView(string Key, string? Name, double Weight, JsonElement? Value)
{
    /// <summary>What giving it to one user costs, in the unit of the primary KPI.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Cost { get; init; }

    /// <summary>What it is called in the app's feature of the parameter's name, where that is not the key.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeatureVariant? Feature { get; init; }
}

internal sealed record GuardrailView(string Kpi, double Margin);

/// <summary>A stretch with one table of weights; buckets are shares of 10,000.</summary>
internal sealed record EpochView(int Id, DateTimeOffset StartedAt, IReadOnlyDictionary<string, int> Buckets);
