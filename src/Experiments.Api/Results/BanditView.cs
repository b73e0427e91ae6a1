using Experiments.Api.Catalog;
using Experiments.Api.Results.Looks;
using Experiments.Api.Shared;
using Experiments.Stats.Bandits;

namespace Experiments.Api.Results;

/// <summary>Where a bandit's weights go, and what is missing to a promotion.</summary>
/// <param name="Status"><c>burnIn</c>, <c>learning</c>, <c>noWinner</c>, <c>winner</c> or <c>promoted</c>.</param>
/// <param name="Reason">What a step would do now: <c>moved</c>, <c>atTarget</c>, <c>burnIn</c>, <c>unhealthy</c>, <c>noConversions</c> or <c>oneArm</c>.</param>
/// <param name="Target">Shares after the next step.</param>
/// <param name="Leader">Active variant of the largest posterior mean.</param>
/// <param name="RelativeLoss">What choosing it loses at most on average, a fraction.</param>
/// <param name="DaysLeft">Days until a proof may be expected at the lift hoped for; null when nobody can say.</param>
/// <param name="Inactive">Variants that take no part: paused by a person, or stopped by a guardrail.</param>
/// <param name="Rule">The rule of promotion, frozen at the start.</param>
internal sealed record BanditView(
    string Status, string Reason, DateTimeOffset? NextUpdateAt, int Epoch, IReadOnlyDictionary<string, double> Target, string? Leader,
    double? RelativeLoss, double? DaysLeft, IReadOnlyList<string> Inactive, BanditRuleView Rule)
{
    public static BanditView Of(ExperimentLook look, BanditLook bandit)
    {
        var experiment = look.Data.Experiment;
        var running = experiment.Status == ExperimentStatus.Running;
        var last = look.Next.Allocation?.At ?? experiment.StartedAt!.Value;
        return new BanditView(
            StatusOf(look, bandit),
            BanditWords.Of(bandit.Step.Reason),
            running ? last + Durations.Parse(experiment.Bandit!.UpdateEvery) : null,
            experiment.Epochs[^1].Id,
            experiment.Variants.Select((v, i) => (v.Key, Share: bandit.ByVariant(bandit.Step.Buckets, i) / 10_000.0)).ToDictionary(p => p.Key, p => p.Share),
            bandit.Leader is { } leader ? experiment.Variants[leader].Key : null,
            bandit.Step.RelativeLoss,
            running ? BanditDuration.DaysLeft(look, bandit) : null,
            [.. experiment.Variants.Where(v => v.Weight == 0).Select(v => v.Key)],
            BanditRuleView.Of(experiment, look, bandit));
    }

    private static string StatusOf(ExperimentLook look, BanditLook bandit) =>
        look.Data.Experiment.PromotedVariant is not null ? "promoted"
        : look.Finding?.Kind is Finding.Winner or Finding.NoWinner ? look.Finding.Kind
        : bandit.Step.Reason == AllocationReason.BurnIn ? "burnIn"
        : "learning";
}

/// <summary>When the leader is promoted: evidence at <paramref name="LogThreshold"/>, loss, guardrails, health and the close of a cycle.</summary>
internal sealed record BanditRuleView(
    string Method, double Alpha, double LogThreshold, int MinimumDays, int CycleDays, double MaximumRelativeLoss, double MinimumWorthwhileLift)
{
    public static BanditRuleView Of(Experiment experiment, ExperimentLook look, BanditLook bandit) => new(
        look.Primary.Comparisons[0].Method!,
        experiment.Decision.Alpha,
        Math.Log(bandit.Rivals / experiment.Decision.Alpha),
        experiment.Decision.MinimumDays,
        experiment.Decision.CycleDays,
        experiment.Decision.MaximumRelativeLoss,
        experiment.Decision.MinimumWorthwhileLift ?? 0.01);
}
