using System.Text.Json;
using Experiments.Sdk.Assignment;

namespace Experiments.Api.Catalog;

/// <summary>A versioned document of the catalogue.</summary>
internal interface IDocument
{
    string Key { get; }

    /// <summary>1 at creation, one more with each change.</summary>
    long Version { get; }
}

/// <summary>What is measured: how events of a user become one number (docs/glossary.md).</summary>
internal sealed record Kpi : IDocument
{
    public required string Key { get; init; }
    public long Version { get; init; } = 1;
    public string? Name { get; init; }

    /// <summary><c>proportion</c>, <c>mean</c>, <c>count</c> or <c>ratio</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Name of the events that it counts.</summary>
    public required string Event { get; init; }

    /// <summary>For a ratio: name of the events whose values are the denominator.</summary>
    public string? Denominator { get; init; }

    /// <summary><c>increase</c> or <c>decrease</c>: which way is good.</summary>
    public required string Direction { get; init; }

    /// <summary>Time from the first exposure in which events count, ISO 8601.</summary>
    public required string Window { get; init; }

    /// <summary>Bound of a user's total; null for none.</summary>
    public double? Cap { get; init; }

    public string? Covariate { get; init; }
    public string? Pillar { get; init; }
    public string? Unit { get; init; }
    public bool Archived { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A belief to be tested: because A, if we change B for C, KPI D moves by E.</summary>
internal sealed record Hypothesis : IDocument
{
    public required string Key { get; init; }
    public long Version { get; init; } = 1;
    public required string Because { get; init; }
    public required string Change { get; init; }
    public required string Audience { get; init; }
    public required Expectation Expect { get; init; }
    public string? Author { get; init; }
    public string? Market { get; init; }
    public string? Channel { get; init; }

    /// <summary><c>before</c>, <c>during</c> or <c>after</c> the purchase.</summary>
    public string? Phase { get; init; }
    public string? Pillar { get; init; }
    public bool Archived { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What the author expects; lift is a fraction (0.05 is +5 %), confidence a probability.</summary>
internal sealed record Expectation(string Kpi, string Direction, double Lift, double Confidence);

/// <summary>A test of a hypothesis: variants of one parameter, a plan frozen at the first start, and its life.</summary>
internal sealed record Experiment : IDocument
{
    public required string Key { get; init; }
    public long Version { get; init; } = 1;
    public required string Hypothesis { get; init; }

    /// <summary><c>ab</c> or <c>bandit</c>.</summary>
    public required string Kind { get; init; }
    public required string Parameter { get; init; }

    /// <summary>Named layer, or null: the parameter is its own layer.</summary>
    public string? Layer { get; init; }
    public required string Control { get; init; }
    public required IReadOnlyList<Variant> Variants { get; init; }

    /// <summary>Share of the layer's users that take part, in (0, 1].</summary>
    public required double Coverage { get; init; }
    public AudienceCondition? Audience { get; init; }
    public required string PrimaryKpi { get; init; }
    public IReadOnlyList<string> SecondaryKpis { get; init; } = [];
    public IReadOnlyList<Guardrail> Guardrails { get; init; } = [];
    public IReadOnlyList<string> Breakdowns { get; init; } = [];
    public required DecisionSettings Decision { get; init; }
    public BanditSettings? Bandit { get; init; }

    /// <summary>Whether read-outs are also shown with the prior learned from the company's finished tests.</summary>
    public bool LearnedPrior { get; init; }

    /// <summary><c>draft</c>, <c>running</c>, <c>paused</c> or <c>stopped</c>.</summary>
    public required string Status { get; init; }
    public bool Archived { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? StoppedAt { get; init; }
    public string? StopReason { get; init; }

    /// <summary>SHA-256 (hex) of the plan, from the first start on.</summary>
    public string? PlanHash { get; init; }

    /// <summary>The KPIs as they were at the first start (primary first): later edits of a KPI do not touch a running test.</summary>
    public IReadOnlyList<Kpi> FrozenKpis { get; init; } = [];

    /// <summary>Stretches with one table of weights, oldest first; the last is in force.</summary>
    public IReadOnlyList<Epoch> Epochs { get; init; } = [];

    /// <summary>Slots of the layer that the experiment holds while running or paused: pairs [from, to) of 10,000.</summary>
    public IReadOnlyList<int[]> Slots { get; init; } = [];

    /// <summary>Salt of the layer and of the experiment (docs/assignment.md).</summary>
    public string? LayerSalt { get; init; }
    public string? Salt { get; init; }

    /// <summary>True once outcomes were imported as final (<c>complete=true</c>): every look closes a cycle.</summary>
    public bool ImportedComplete { get; init; }

    /// <summary>Law of the log lift learned from finished tests, frozen at the first start when the plan asks for it; null: none yet.</summary>
    public FrozenPrior? Prior { get; init; }

    /// <summary>Variant promoted, if any: the mark that makes a promotion happen once.</summary>
    public string? PromotedVariant { get; init; }

    /// <summary>Number of the decisions recorded so far.</summary>
    public int DecisionCount { get; init; }

    public Variant VariantOf(string key) => Variants.First(v => v.Key == key);

    public int IndexOf(string variant)
    {
        for (var i = 0; i < Variants.Count; i++)
        {
            if (Variants[i].Key == variant) return i;
        }

        return -1;
    }
}

internal sealed record Variant(string Key, string? Name, double Weight, JsonElement? Value);

/// <summary>A KPI that must not get worse by more than a relative margin (0.02 is 2 %).</summary>
internal sealed record Guardrail(string Kpi, double Margin = 0.02);

/// <summary>A stretch with one table of buckets of 10,000, in the order of the variants.</summary>
internal sealed record Epoch(int Id, DateTimeOffset StartedAt, IReadOnlyList<int> Buckets, IReadOnlyList<int[]> Table)
{
    /// <summary>Weights as declared, where a person declared them: a history that is imported was split by these, and a table of our
    /// own differs by less than half a bucket. Null where the buckets are the weights (a bandit).</summary>
    public IReadOnlyList<double>? Weights { get; init; }

    /// <summary>Share that each variant should get, summing to 1.</summary>
    public IReadOnlyList<double> Shares()
    {
        var weights = Weights ?? [.. Buckets.Select(b => (double)b)];
        var total = weights.Sum();
        return [.. weights.Select(w => w / total)];
    }
}

internal sealed record DecisionSettings
{
    public double Alpha { get; init; } = 0.05;
    public double? MinimumDetectableLift { get; init; }
    public double? HorizonUsers { get; init; }
    public double? Baseline { get; init; }
    public int MinimumDays { get; init; } = 7;
    public int CycleDays { get; init; } = 7;
    public int MinimumUsersPerVariant { get; init; } = 100;
    public double MaximumRelativeLoss { get; init; } = 0.01;
    public bool AutoPromote { get; init; } = true;
    public bool Approval { get; init; }
    public double Holdback { get; init; } = 0.05;
    public double EscalatedHoldback { get; init; } = 0.25;
    public int ReviewAfterDays { get; init; } = 90;
}

/// <summary>Normal prior on the log lift, and the number of finished tests behind it.</summary>
internal sealed record FrozenPrior(double Mean, double StandardDeviation, int Tests);

internal sealed record BanditSettings
{
    public string UpdateEvery { get; init; } = "PT1H";
    public double Floor { get; init; } = 0.01;
    public double ControlShare { get; init; } = 0.2;
    public double MaximumMove { get; init; } = 0.2;
    public int BurnInUsersPerVariant { get; init; } = 100;
    public double PriorLogSd { get; init; } = 0.3;
    public double? HalfLifeDays { get; init; }
}

/// <summary>What was learned and is served: the winning value, its evidence, its scope, its holdback and its date of review.</summary>
internal sealed record BestPractice : IDocument
{
    public required string Key { get; init; }
    public long Version { get; init; } = 1;
    public required string Parameter { get; init; }
    public JsonElement? Value { get; init; }

    /// <summary>Value of before, which the holdback goes on receiving; null is the app's default.</summary>
    public JsonElement? HoldbackValue { get; init; }

    /// <summary><c>active</c>, <c>contested</c>, <c>expired</c> or <c>retired</c>.</summary>
    public required string State { get; init; }
    public required PracticeScope Scope { get; init; }
    public required double Holdback { get; init; }
    public required string Salt { get; init; }
    public required DateTimeOffset ValidFrom { get; init; }
    public required DateTimeOffset ReviewBy { get; init; }
    public required IReadOnlyList<PracticeEvidence> Evidence { get; init; }

    /// <summary>KPI that the holdback measures, as frozen in the experiment.</summary>
    public required Kpi Kpi { get; init; }
    public string? Pillar { get; init; }
    public string? RetiredReason { get; init; }
}

internal sealed record PracticeScope(string? Market, string? Channel, string? Phase, AudienceCondition? Audience);

internal sealed record PracticeEvidence(
    string Experiment, string Variant, string Kpi, double? RelativeLift, double? Lower, double? Upper,
    double? ProbabilityBeatsControl, double? LogEvidence, double Users, string? PlanHash);

/// <summary>Something decided about an experiment, with the evidence that it was decided on; never changed afterwards.</summary>
internal sealed record Decision : IDocument
{
    /// <summary><c>{experiment}/{number}</c>.</summary>
    public required string Key { get; init; }
    public long Version { get; init; } = 1;
    public required string Experiment { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary><c>promote</c>, <c>stop</c>, <c>reweight</c>, <c>demote</c> or <c>freeze</c>.</summary>
    public required string Action { get; init; }
    public required string By { get; init; }
    public required string Reason { get; init; }
    public required JsonElement Evidence { get; init; }
}
