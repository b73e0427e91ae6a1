using Experiments.Api.Catalog;
using Experiments.Api.Results.Looks;

namespace Experiments.Api.Results;

/// <summary>What a marketer is told: one of a closed set, made by rule from the same figures as the API's.</summary>
/// <param name="State"><c>winner</c>, <c>loser</c>, <c>equivalent</c>, <c>undecided</c>, <c>unhealthy</c> or <c>noData</c>.</param>
/// <param name="Variant">Index of the variant that it is about; null for none.</param>
/// <param name="Reason">The rule that applied, from <see cref="VerdictReason"/>.</param>
internal sealed record Verdict(string State, int? Variant, string Reason)
{
    public static Verdict Of(ExperimentLook look)
    {
        var experiment = look.Data.Experiment;
        if (experiment.PromotedVariant is { } promoted) return new("winner", experiment.IndexOf(promoted), VerdictReason.Promoted);
        if (look.Health.Users + look.Health.MultipleExposureUsers == 0) return new("noData", null, VerdictReason.NoData);
        if (!look.Health.IsSound)
        {
            return new("unhealthy", null, look.Health.Alarm ? VerdictReason.NotHealthy : VerdictReason.SeenTwice);
        }

        if (look.Next.Harm is [var harm, ..] && look.Next.Harm.Count == look.Primary.Comparisons.Count)
        {
            return new(
                "loser", experiment.IndexOf(harm.Variant),
                harm.Kind == Finding.GuardrailHarm ? VerdictReason.GuardrailBreach : VerdictReason.SafetyStop);
        }

        if (look.Guardrails.FirstOrDefault(g => g.Status == GuardrailLook.IsHarmful && (look.Bandit is null || IsServed(experiment, g.Variant))) is { } harmed)
        {
            return new("loser", harmed.Variant, VerdictReason.GuardrailBreach);
        }

        return look.Finding is { } finding ? OfFinding(finding, experiment) : Undecided(look);
    }

    private static bool IsServed(Experiment experiment, int variant) => experiment.Variants[variant].Weight > 0;

    private static Verdict OfFinding(Finding finding, Experiment experiment) => finding.Kind switch
    {
        Finding.Winner => new("winner", experiment.IndexOf(finding.Variant), VerdictReason.Winner),
        Finding.NoWinner => new("equivalent", experiment.IndexOf(experiment.Control), VerdictReason.NoWinner),
        Finding.Futile => new("undecided", null, VerdictReason.CannotConclude),
        Finding.Loser => new("loser", experiment.IndexOf(finding.Variant), VerdictReason.WorseStop),
        _ => new("equivalent", experiment.IndexOf(finding.Variant), VerdictReason.NoDifference),
    };

    private static Verdict Undecided(ExperimentLook look)
    {
        var leader = look.Primary.Comparisons.MaxBy(c => c.LogEvidenceAdjusted)!;
        if (leader.Decision == ComparisonLook.Better) return new("undecided", leader.Variant, VerdictReason.Promising);
        if (leader.Decision == ComparisonLook.Worse) return new("undecided", leader.Variant, VerdictReason.GoingBadly);
        if (look.Data.Experiment.Status == ExperimentStatus.Stopped) return new("undecided", null, VerdictReason.StoppedUndecided);
        return leader.Look.Evidence.T >= 1 && look.Bandit is null
            ? new("undecided", null, VerdictReason.CannotConclude)
            : new("undecided", null, leader.Look.Users == 0 ? VerdictReason.TooEarly : VerdictReason.Undecided);
    }
}

/// <summary>The rules of a verdict; each has its words in <see cref="VerdictText"/>.</summary>
internal static class VerdictReason
{
    public const string NoData = "no-data";
    public const string NotHealthy = "not-healthy";
    public const string SeenTwice = "seen-in-two-variants";
    public const string TooEarly = "too-early";
    public const string Undecided = "undecided";
    public const string Promising = "promising";
    public const string GoingBadly = "going-badly";
    public const string Winner = "winner";
    public const string Promoted = "promoted";
    public const string WorseStop = "worse-stop";
    public const string NoDifference = "no-difference-that-matters";
    public const string GuardrailBreach = "guardrail-breach";
    public const string CannotConclude = "cannot-conclude-in-time";
    public const string StoppedUndecided = "stopped-undecided";
    public const string SafetyStop = "safety-stop";
    public const string NoWinner = "no-winner";

    public static readonly IReadOnlyList<string> All =
    [
        NoData, NotHealthy, SeenTwice, TooEarly, Undecided, Promising, GoingBadly, Winner, Promoted, WorseStop, NoDifference, GuardrailBreach,
        CannotConclude, StoppedUndecided, SafetyStop, NoWinner,
    ];
}
