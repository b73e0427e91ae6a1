using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Experiments.Stats.Bandits;

namespace Experiments.Api.Promotion;

/// <summary>What a look at a best practice asks for, and why. Pure.</summary>
/// <param name="Action"><c>demote</c>, <c>verify</c>, <c>calm</c>, <c>retest</c>, <c>renew</c>, <c>renewWeak</c> or <c>expire</c>.</param>
/// <param name="Evidence">The figures; recorded with the act.</param>
internal sealed record PracticeAct(string Action, string Reason, JsonElement Evidence)
{
    public const string Demote = "demote";
    public const string Verify = "verify";
    public const string Calm = "calm";
    public const string Retest = "retest";
    public const string Renew = "renew";
    public const string RenewWeak = "renewWeak";
    public const string Expire = "expire";

    // Evidence that was thin from the start is a person's word; his practice gets a fortnight before it is asked about.
    private const double FirstQuestionAfterDays = 14;

    /// <returns>Null when there is nothing to do.</returns>
    public static PracticeAct? Of(BestPractice practice, PracticeLook look, DateTimeOffset now)
    {
        if (practice.State != PracticeState.Active || !look.IsHealthy) return null;
        var strength = look.Strength();
        var better = strength.ProbabilityBetter(look.IsGoodUp);
        PracticeAct Act(string action, string reason) =>
            new(action, reason, JsonSerializer.SerializeToElement(PracticeFigures.Of(practice, look, better), ApiJson.Stored));

        if (look.WorstGuardrail() is { Kpi: { } guardrail } worst && worst.LogHarm >= look.GuardrailThreshold)
        {
            return Act(Demote, $"Its holdback shows that it breaks the guardrail '{guardrail}': the value of before is served again.");
        }

        if (look.Harm.Action == HoldbackAction.Demote)
        {
            return Act(Demote, $"Its holdback does better, shown at the close of cycle {look.Harm.Cycles}: the value of before is served again.");
        }

        return Suspicion(practice, look, Act) ?? Question(practice, better, now, Act);
    }

    private static PracticeAct? Suspicion(BestPractice practice, PracticeLook look, Func<string, string, PracticeAct> act)
    {
        var suspected = look.Harm.Action == HoldbackAction.Verify;
        if (suspected && practice.Doubt is null)
        {
            return act(Verify, $"Its holdback may do better (cycle {look.Harm.Cycles}): more users are held back until that is known.");
        }

        return !suspected && practice.Doubt is { Kind: PracticeDoubt.Verify }
            ? act(Calm, $"The suspicion is gone (cycle {look.Harm.Cycles}): the holdback is the planned one again.")
            : null;
    }

    private static PracticeAct? Question(BestPractice practice, double better, DateTimeOffset now, Func<string, string, PracticeAct> act)
    {
        if (practice.Doubt is { Kind: PracticeDoubt.Verify } || now - practice.ValidFrom < TimeSpan.FromDays(FirstQuestionAfterDays)) return null;
        var isDue = now >= practice.ReviewBy;
        if (practice.PlannedHoldback <= 0) return Unmeasured(better, isDue, act);

        var days = practice.Doubt is { Kind: PracticeDoubt.Retest } doubt ? (now - doubt.Since).TotalDays : default(double?);
        return RetestRule.Judge(better, days, isDue) switch
        {
            RetestAction.Retest when days is null => act(Retest, isDue
                ? "Its date of review has come: a re-test is drafted, and more users are held back until it is confirmed."
                : "Its evidence has aged: a re-test is drafted, and more users are held back until it is confirmed."),
            RetestAction.Renew => act(Renew, "The re-test confirms it: the holdback is the planned one again."),
            RetestAction.RenewWeak => act(RenewWeak, "The re-test ended without an answer: it stays, marked as weak."),
            _ => null,
        };
    }

    private static PracticeAct? Unmeasured(double better, bool isDue, Func<string, string, PracticeAct> act)
    {
        if (better >= RetestRule.ConfirmAt) return isDue ? act(Renew, "Its evidence is still strong at the date of review.") : null;
        return better < RetestRule.StartBelow || isDue
            ? act(Expire, "Its evidence has aged and no holdback renews it: the value of before is served again; a re-test is drafted.")
            : null;
    }
}

/// <summary>The figures that something was decided on about a best practice.</summary>
internal sealed record PracticeFigures
{
    public required string BestPractice { get; init; }
    public required string Kpi { get; init; }
    public required int Cycle { get; init; }
    public required double LogStatistic { get; init; }
    public required double LogWarn { get; init; }
    public required double LogDemote { get; init; }
    public required double ProbabilityBetter { get; init; }
    public required double? RelativeLift { get; init; }
    public required double? Lower { get; init; }
    public required double? Upper { get; init; }
    public required double PracticeUsers { get; init; }
    public required double HoldbackUsers { get; init; }
    public required string? Guardrail { get; init; }
    public required double GuardrailLogHarm { get; init; }

    public static PracticeFigures Of(BestPractice practice, PracticeLook look, double better)
    {
        var (effect, guardrail) = (look.Effect(), look.WorstGuardrail());
        return new PracticeFigures
        {
            BestPractice = practice.Key,
            Kpi = practice.Kpi.Key,
            Cycle = look.Harm.Cycles,
            LogStatistic = look.Harm.LogStatistic,
            LogWarn = Math.Log(practice.Settings.Warn),
            LogDemote = Math.Log(practice.Settings.DemoteOdds),
            ProbabilityBetter = better,
            RelativeLift = effect.RelativeLift,
            Lower = effect.LiftInterval.Lower,
            Upper = effect.LiftInterval.Upper,
            PracticeUsers = look.Mature.Sum(r => r.Arms[1].Users),
            HoldbackUsers = look.Mature.Sum(r => r.Arms[0].Users),
            Guardrail = guardrail.Kpi,
            GuardrailLogHarm = guardrail.LogHarm,
        };
    }
}
