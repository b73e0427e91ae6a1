using Experiments.Stats.Bandits;
using Judgement = Experiments.Stats.Bandits.Promotion;

namespace Experiments.Api.Results.Looks;

/// <summary>What the close of a cycle finds of a bandit: a winner, no winner, or nothing yet.</summary>
internal static class BanditConclusion
{
    public static Finding? Of(ExperimentLook look, BanditLook bandit, Cycle cycle)
    {
        var reading = Judge(look, bandit, cycle);
        return reading.Reason switch
        {
            PromotionReason.Promoted => Found(Finding.Winner, look, bandit.Rows.Variants[reading.Arm!.Value], cycle),
            PromotionReason.NoWinner => Found(Finding.NoWinner, look, look.Primary.Comparisons[0].Variant, cycle),
            PromotionReason.CycleOpen => look.Next.Finding,
            _ => null,
        };
    }

    /// <summary>The rule in force, frozen with the plan.</summary>
    public static PromotionRule RuleOf(ExperimentLook look)
    {
        var experiment = look.Data.Experiment;
        var decision = experiment.Decision;
        return new PromotionRule
        {
            Method = look.Primary.Comparisons[0].Method == BanditPairLook.Split ? ProofMethod.Split : ProofMethod.Score,
            IncreaseIsGood = experiment.FrozenKpis[0].Direction != "decrease",
            Alpha = decision.Alpha,
            MinimumDays = experiment.ImportedComplete ? 0 : decision.MinimumDays,
            CycleDays = experiment.ImportedComplete ? 1 : Math.Max(1, decision.CycleDays),
            MaximumRelativeLoss = decision.MaximumRelativeLoss,
            MinimumWorthwhileLift = decision.MinimumWorthwhileLift ?? 0.01,
        };
    }

    private static PromotionReading Judge(ExperimentLook look, BanditLook bandit, Cycle cycle)
    {
        var (data, rows) = (look.Data, bandit.Rows.Mature(0, cycle.LastDay));
        var rule = RuleOf(look);
        var throughDay = cycle.EveryLookCloses ? bandit.Rows.LastClosedDay(rows) : (int)cycle.Number * rule.CycleDays;
        return Judgement.Judge(rule, new PromotionInput(rows, throughDay, bandit.Step)
        {
            LastCycle = Math.Max(0, (throughDay / rule.CycleDays) - 1),
            TreatmentsEverStarted = bandit.Rivals,
            Active = [.. bandit.Rows.Variants.Select(v => data.Experiment.Variants[v].Weight > 0)],
            IsHealthy = look.Health.IsSound,
            Guardrails = [.. look.Guardrails.Select(g => new GuardrailReading(
                bandit.Rows.ArmOf(g.Variant), look.Next.Harm.Any(h => h.Variant == data.Experiment.Variants[g.Variant].Key),
                g.Harmless.Evidence.LogEvidence))],
            Scales = [.. bandit.Rows.Variants.Select(v => look.Primary.Comparisons.FirstOrDefault(c => c.Variant == v)?.State.Test
                is { Mu0: { } mean, Sigma2: > 0 and var variance } ? new ScoreScale(mean, variance) : default(ScoreScale?))],
        });
    }

    private static Finding Found(string kind, ExperimentLook look, int variant, Cycle cycle) =>
        ExperimentLook.Found(kind, look, look.Primary.Comparisons.First(c => c.Variant == variant), cycle);
}
