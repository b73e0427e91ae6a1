using System.Text.Json;
using System.Text.Json.Serialization;
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

    /// <summary>What one conversion is worth in <see cref="Unit"/>; for a proportion only.</summary>
    public double? ValuePerConversion { get; init; }
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

    /// <summary>Percentiles of a feature that was taken over, which give each user the variant that he had (hash <c>msfm-v1</c>); null: the
    /// weights decide, by our own hash.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeatureAllocation? FeatureManagement { get; init; }

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

    /// <summary>Variants that a safety stop has taken away: once each. Who brings one back has the word from then on.</summary>
    public IReadOnlyList<string> SafetyStopped { get; init; } = [];

    /// <summary>A promotion that waits for the word of a second person, or the last one that was refused.</summary>
    public Proposal? Proposal { get; init; }

    /// <summary>Number of the decisions recorded so far.</summary>
    public int DecisionCount { get; init; }

    /// <summary>The experiment with one more table in force; of those before it, only their counts are kept.</summary>
    public Experiment With(Epoch epoch) => this with { Epochs = EpochList.Append(Epochs, epoch) };

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

internal sealed record Variant(string Key, string? Name, double Weight, JsonElement? Value)
{
    /// <summary>What giving it to a user costs, in the unit of the primary KPI; for a bandit that must earn more than it spends.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Cost { get; init; }

    /// <summary>What it is called in the app's feature of the parameter's name, where that is not the key.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeatureVariant? Feature { get; init; }
}

/// <summary>A promotion that the plan does not let one person, or the decider, do alone.</summary>
/// <param name="By">Who proposes.</param>
/// <param name="Evidence">The figures that it rests on; what is promoted later is promoted on these.</param>
/// <param name="State"><c>pending</c>, <c>approved</c> or <c>rejected</c>.</param>
internal sealed record Proposal(string Variant, string By, DateTimeOffset At, string Reason, JsonElement Evidence, string State)
{
    public const string Pending = "pending";
    public const string Approved = "approved";
    public const string Rejected = "rejected";

    public string? AnsweredBy { get; init; }
    public DateTimeOffset? AnsweredAt { get; init; }
    public string? Answer { get; init; }
}

/// <summary>A KPI that must not get worse by more than a relative margin (0.02 is 2 %).</summary>
internal sealed record Guardrail(string Kpi, double Margin = 0.02);

/// <summary>A stretch with one table of buckets of 10,000, in the order of the variants.</summary>
/// <param name="Table">Runs of buckets, of the epoch in force only: a bandit has thousands of epochs.</param>
internal sealed record Epoch(int Id, DateTimeOffset StartedAt, IReadOnlyList<int> Buckets, IReadOnlyList<int[]>? Table)
{
    /// <summary>Tells one table from another with the same counts: FNV-1a of 32 bits (hex) over one byte a bucket.</summary>
    public string? TableHash { get; init; }

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

    /// <summary>Budget of false alarms of all guardrails and arms of a bandit together; null: 0.01.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? GuardrailAlpha { get; init; }

    /// <summary>Relative lift below which a bandit's arms are not worth a change: all shown to be below it is "no winner". Null: 0.01.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MinimumWorthwhileLift { get; init; }

    /// <summary>Odds against "the best practice does no harm" from which its holdback grows; null: 5.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Warn { get; init; }

    /// <summary>Odds from which it is demoted; null: 1000 / cycleDays, one wrong demotion in a thousand days.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Demote { get; init; }

    /// <summary>Days in which the evidence for a best practice loses half of its weight; null: 180.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? EvidenceHalfLifeDays { get; init; }
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

    /// <summary>Most that the arms may cost on average, per user, in the unit of the primary KPI; null for no bound.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BudgetPerUser { get; init; }

    public Stats.Bandits.BanditSettings ToStatistics() => new()
    {
        Floor = Floor,
        ControlShare = ControlShare,
        MaximumMove = MaximumMove,
        BurnInUsersPerVariant = BurnInUsersPerVariant,
        PriorLogSd = PriorLogSd,
        HalfLifeDays = HalfLifeDays,
    };
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

    /// <summary>What the value, and that of before, are called in the app's feature of the parameter's name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeatureVariant? Feature { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeatureVariant? HoldbackFeature { get; init; }

    /// <summary><c>active</c>, <c>contested</c>, <c>expired</c> or <c>retired</c>.</summary>
    public required string State { get; init; }
    public required PracticeScope Scope { get; init; }

    /// <summary>Share of new users held back now: the plan's, or the greater one while the practice is in doubt.</summary>
    public required double Holdback { get; init; }
    public required string Salt { get; init; }
    public required DateTimeOffset ValidFrom { get; init; }
    public required DateTimeOffset ReviewBy { get; init; }
    public required IReadOnlyList<PracticeEvidence> Evidence { get; init; }

    /// <summary>KPI that the holdback measures, as frozen in the experiment.</summary>
    public required Kpi Kpi { get; init; }
    public string? Pillar { get; init; }
    public string? RetiredReason { get; init; }

    /// <summary>KPIs that it must not harm, as frozen in the experiment.</summary>
    public IReadOnlyList<Kpi> GuardrailKpis { get; init; } = [];

    /// <summary>How its life is decided, frozen with the experiment's plan.</summary>
    public PracticeSettings Settings { get; init; } = new();

    /// <summary>Stretches with one holdback, oldest first; the last is in force.</summary>
    public IReadOnlyList<PracticeEpoch> Epochs { get; init; } = [];

    /// <summary>Score and information of the experiment at the promotion; null when its KPI gave none.</summary>
    public EvidenceAtPromotion? Proof { get; init; }

    /// <summary>Why its holdback is greater than planned; null while nothing is in doubt.</summary>
    public PracticeDoubt? Doubt { get; init; }

    /// <summary>Renewed although the re-test could not show that it is still better.</summary>
    public bool IsWeak { get; init; }

    /// <summary>Experiment drafted to test it again, not started by itself.</summary>
    public string? Retest { get; init; }

    /// <summary>Later tests that speak against it.</summary>
    public IReadOnlyList<PracticeEvidence> Contradictions { get; init; } = [];

    /// <summary>Why it is contested or expired.</summary>
    public string? StateReason { get; init; }

    /// <summary>The share that the plan holds back.</summary>
    public double PlannedHoldback => Settings.Holdback ?? Holdback;

    public int EpochId => Epochs is [.., var last] ? last.Id : 0;
}

/// <summary>How the life of a best practice is decided.</summary>
internal sealed record PracticeSettings
{
    public double? Holdback { get; init; }
    public double EscalatedHoldback { get; init; } = 0.25;
    public int CycleDays { get; init; } = 7;
    public double Warn { get; init; } = 5;
    public double? Demote { get; init; }
    public double EvidenceHalfLifeDays { get; init; } = 180;
    public double GuardrailAlpha { get; init; } = 0.01;
    public int ReviewAfterDays { get; init; } = 90;

    /// <summary>Days of one cycle, at least 1.</summary>
    public int WholeCycleDays => Math.Max(1, CycleDays);

    public double DemoteOdds => Demote ?? 1000.0 / WholeCycleDays;
}

/// <summary>A stretch of a best practice with one holdback; <paramref name="HoldbackBuckets"/> of 10,000 keep the value of before.</summary>
internal sealed record PracticeEpoch(int Id, DateTimeOffset StartedAt, int HoldbackBuckets);

/// <summary>S and J of a log rate ratio: ln RR is estimated by S/J with variance 1/J.</summary>
internal sealed record EvidenceAtPromotion(double Score, double Information);

/// <summary>A doubt about a best practice.</summary>
/// <param name="Kind"><c>verify</c>: its holdback does better. <c>retest</c>: its evidence has aged.</param>
internal sealed record PracticeDoubt(string Kind, DateTimeOffset Since)
{
    public const string Verify = "verify";
    public const string Retest = "retest";
}

/// <summary>Whom a best practice is for. Apps tell a user's market and channel as attributes of these names.</summary>
internal sealed record PracticeScope(string? Market, string? Channel, string? Phase, AudienceCondition? Audience)
{
    /// <summary>The scope as a condition that the SDK keeps: market, channel and audience; null is everybody.</summary>
    public AudienceCondition? ToAudience()
    {
        List<AudienceCondition> all = [];
        if (Market is not null) all.Add(Is("market", Market));
        if (Channel is not null) all.Add(Is("channel", Channel));
        if (Audience is not null) all.Add(Audience);
        return all.Count switch { 0 => null, 1 => all[0], _ => new AudienceCondition { All = all } };
    }

    private static AudienceCondition Is(string attribute, string value) =>
        new() { Attribute = attribute, EqualTo = JsonSerializer.SerializeToElement(value) };
}

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
