namespace Experiments.Api.Results.Looks;

/// <summary>The figures that something was decided on; recorded with the decision and never computed again.</summary>
internal sealed record FindingEvidence
{
    public required string Experiment { get; init; }
    public required string Variant { get; init; }
    public required string Kpi { get; init; }
    public required string? PlanHash { get; init; }

    /// <summary>Mature users of the pair.</summary>
    public required double Users { get; init; }
    public required double? Difference { get; init; }
    public required double? RelativeLift { get; init; }

    /// <summary>95 % credible interval of the relative lift.</summary>
    public required double? Lower { get; init; }
    public required double? Upper { get; init; }
    public required double? ProbabilityBeatsControl { get; init; }

    /// <summary>Expected loss of shipping as a fraction of the control's mean.</summary>
    public required double? ExpectedRelativeLoss { get; init; }
    public required double LogEvidence { get; init; }
    public required double LogEvidenceAdjusted { get; init; }
    public required double Alpha { get; init; }
    public required double SampleRatioLogEvidence { get; init; }

    /// <summary>Test that gave the evidence: <c>betting</c>, <c>normal</c>, <c>split</c> or <c>score</c>.</summary>
    public string? Method { get; init; }

    /// <summary>Hash of the table of buckets in force.</summary>
    public string? TableHash { get; init; }

    /// <summary>S of the log ratio to the control: what a best practice's evidence starts from and ages.</summary>
    public double? Score { get; init; }

    /// <summary>J of the log ratio.</summary>
    public double? Information { get; init; }

    public static FindingEvidence Of(ExperimentData data, Health health, KpiLook primary, ComparisonLook comparison)
    {
        var readOut = primary.MatureReadOut.Pair(data.Control, comparison.Variant);
        var rows = new ExperimentRows(data);
        var strength = new BanditPairLook(data, rows, 0, comparison.Variant, rows.Mature(0, long.MaxValue), comparison.State).Strength();
        return new FindingEvidence
        {
            Experiment = data.Experiment.Key,
            Variant = data.Experiment.Variants[comparison.Variant].Key,
            Kpi = data.Experiment.FrozenKpis[0].Key,
            PlanHash = data.Experiment.PlanHash,
            Users = comparison.Look.Users,
            Difference = readOut.Difference,
            RelativeLift = readOut.RelativeLift,
            Lower = readOut.LiftInterval.Lower,
            Upper = readOut.LiftInterval.Upper,
            ProbabilityBeatsControl = readOut.ProbabilityBeatsControl,
            ExpectedRelativeLoss = readOut.RelativeLoss,
            LogEvidence = comparison.Look.Evidence.LogEvidence,
            LogEvidenceAdjusted = comparison.LogEvidenceAdjusted,
            Alpha = comparison.Alpha,
            SampleRatioLogEvidence = health.SampleRatio.LogEvidence,
            Method = comparison.Method ?? PairPlan.Method(primary.Mature.Type),
            TableHash = data.Experiment.Epochs[^1].TableHash,
            Score = strength.Score,
            Information = strength.Information,
        };
    }
}
