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

    public static FindingEvidence Of(ExperimentData data, Health health, KpiLook primary, ComparisonLook comparison)
    {
        var readOut = primary.MatureReadOut.Pair(data.Control, comparison.Variant);
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
        };
    }
}
