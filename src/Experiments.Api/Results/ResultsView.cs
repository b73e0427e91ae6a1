using System.Text.Json.Serialization;
using Experiments.Stats;

namespace Experiments.Api.Results;

/// <summary>Results of an experiment as the API gives them; a figure that does not exist is null.</summary>
internal sealed record ResultsView
{
    public required string Experiment { get; init; }
    public required string Status { get; init; }
    public required long Version { get; init; }
    public required DateTimeOffset AsOf { get; init; }
    public required string? PlanHash { get; init; }
    public required DateTimeOffset? StartedAt { get; init; }
    public required HealthView Health { get; init; }
    public required IReadOnlyList<KpiFiguresView> Kpis { get; init; }

    /// <summary>Share of new users that each variant gets now.</summary>
    public required IReadOnlyDictionary<string, double> Allocation { get; init; }
    public required VerdictView Verdict { get; init; }

    /// <summary>What an event that counts here survives: <c>fsync</c>, <c>replicated</c>, <c>everySecond</c> or <c>memory</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Durability { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BreakdownView? Breakdown { get; init; }

    /// <summary>Of a bandit: where its weights go and what is missing to a promotion.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BanditView? Bandit { get; init; }
}

internal sealed record HealthView(
    string Status, SampleRatioView Srm, long MultipleExposureUsers, long AutomatedUsers, IReadOnlyList<HealthProblemView> Problems);

internal sealed record SampleRatioView(
    string Status, IReadOnlyDictionary<string, double> Observed, IReadOnlyDictionary<string, double> Expected,
    double LogEvidence, double? ChiSquare, double? ChiSquarePValue)
{
    /// <summary>Page of the documentation that explains the check.</summary>
    public string ExplainedIn { get; } = "docs/stats/sample-ratio-mismatch.md";
}

/// <summary>A named problem of the data: what it means and what to do about it.</summary>
internal sealed record HealthProblemView(string Code, string Text, string WhatToDo);

internal sealed record KpiFiguresView(
    string Kpi, string Role, string Type, string Direction, IReadOnlyList<VariantFiguresView> Variants,
    IReadOnlyList<ComparisonView> Comparisons, IReadOnlyDictionary<string, double?> ProbabilityBest);

internal sealed record VariantFiguresView(
    string Variant, long Users, long MatureUsers, long Conversions, double Sum, double? Mean, double? StandardDeviation,
    IntervalView? CredibleInterval);

internal sealed record ComparisonView(
    string Variant, string Control, double? Difference, double? RelativeLift, double? ProbabilityBeatsControl,
    double? ExpectedLossIfPromoted, double? ExpectedLossIfKept, IntervalView? CredibleInterval, SequentialView? Sequential)
{
    /// <summary>For a guardrail: <c>harmless</c>, <c>harmful</c> or <c>undecided</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Guardrail { get; init; }

    /// <summary>With the variance that the KPI's covariate explains taken away; absent without a covariate.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AdjustedView? Adjusted { get; init; }

    /// <summary>With the prior learned from finished tests, when the plan asks for it; it explains and never decides.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WithPriorView? WithPrior { get; init; }

    /// <summary>In a breakdown: lift drawn towards the whole, and whether the segment stands out (e-BH at 10 %).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SegmentFiguresView? Segment { get; init; }
}

internal sealed record AdjustedView(
    double Difference, double? RelativeLift, double? ProbabilityBeatsControl, IntervalView? CredibleInterval, double Theta,
    double? VarianceReduction);

internal sealed record WithPriorView(
    int Tests, double RelativeLift, IntervalView CredibleInterval, double ProbabilityBeatsControl);

internal sealed record SegmentFiguresView(double LogEvidence, bool Discovered, double? ShrunkRelativeLift);

internal sealed record SequentialView(
    string Method, double LogEvidence, double LogEvidenceAdjusted, double PValue, double Alpha, double InformationFraction, double Users,
    IntervalView? ConfidenceSequence, IntervalView? RelativeConfidenceSequence, string Decision)
{
    /// <summary>Posterior probability that there is an effect at all: prior odds of the company's own tests times the evidence.</summary>
    public double? ProbabilityOfEffect { get; init; }

    /// <summary>Page of the documentation that explains the method: what it promises and when it does not hold.</summary>
    public required string ExplainedIn { get; init; }

    /// <summary>True when looks contradict each other: the effect changes over time.</summary>
    public bool UnstableEffect { get; init; }
}

/// <summary>An interval; a null end is open.</summary>
internal sealed record IntervalView(double Level, double? Lower, double? Upper)
{
    public static IntervalView? Of(Interval interval, double level) =>
        interval.IsEmpty || (interval.Lower is null && interval.Upper is null) ? null : new(level, interval.Lower, interval.Upper);
}

internal sealed record VerdictView(string State, string? Variant, string Reason, string Text, string NextStep);

/// <summary>Read-outs by value of one attribute: to understand, never to decide.</summary>
internal sealed record BreakdownView(string Attribute, IReadOnlyList<SegmentView> Segments);

internal sealed record SegmentView(string Value, IReadOnlyList<KpiFiguresView> Kpis);
