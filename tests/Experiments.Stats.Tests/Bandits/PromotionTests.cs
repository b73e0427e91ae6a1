using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

public sealed class PromotionTests
{
    private static readonly PromotionRule Rule = new();

    [Fact]
    public void Judge_ProvedAtTheSecondCycle_PromotesOnce()
    {
        var rows = Days(14, day => (50, 75));
        Assert.Equal(PromotionReason.CycleOpen, Judge(rows, 6).Reason);
        Assert.Equal(PromotionReason.TooEarly, Judge(rows, 7).Reason);
        Assert.Equal(PromotionReason.TooEarly, Judge(rows, 13).Reason);
        var reading = Judge(rows, 14, last: 1);
        Assert.Equal((PromotionReason.Promoted, 2, 1), (reading.Reason, reading.Cycle, reading.Arm));
        Assert.True(reading.Proofs[0].LogBetter >= reading.LogThreshold);
        Assert.Equal(PromotionReason.CycleOpen, Judge(rows, 15, last: 2).Reason);
    }

    [Fact]
    public void Judge_UsersAfterTheCycle_AreNotRead()
    {
        var rows = Days(20, day => day <= 14 ? (50, 75) : (75, 10));
        var reading = Judge(rows, 18, last: 1);
        Assert.Equal(PromotionReason.Promoted, reading.Reason);
        Assert.Equal(Judge(Days(14, _ => (50, 75)), 14).Proofs[0], reading.Proofs[0]);
    }

    [Fact]
    public void Judge_PartialFirstDay_BelongsToTheFirstCycle()
    {
        EpochRow[] rows = [Day(0, 500, 750), .. Days(14, day => (50, 50))];
        Assert.Equal(PromotionReason.Promoted, Judge([Day(0, 50, 75), .. Days(14, day => (50, 75))], 14).Reason);
        Assert.Equal(PromotionReason.Faded, Judge(rows, 14).Reason);
    }

    [Fact]
    public void Judge_NoveltyThatFaded_WaitsAndSaysSo() =>
        Assert.Equal(PromotionReason.Faded, Judge(Days(14, day => day <= 7 ? (50, 100) : (50, 49)), 14).Reason);

    [Fact]
    public void Judge_ControlLeadsOrNothingKnown_Waits()
    {
        Assert.Equal(PromotionReason.ControlLeads, Judge(Days(14, _ => (50, 50)), 14, update: Leading(0)).Reason);
        Assert.Equal(PromotionReason.ControlLeads, Judge(Days(14, _ => (50, 50)), 14, update: Leading(null)).Reason);
    }

    [Fact]
    public void Judge_LittleEvidenceOrLargeLoss_Waits()
    {
        Assert.Equal(PromotionReason.EvidenceShort, Judge(Days(14, _ => (50, 52)), 14).Reason);
        Assert.Equal(PromotionReason.LossTooLarge, Judge(Days(14, _ => (50, 75)), 14, update: Leading(1, 0.011)).Reason);
    }

    [Fact]
    public void Judge_Unhealthy_NeverActs()
    {
        Assert.Equal(PromotionReason.Unhealthy, Judge(Days(14, _ => (50, 75)), 14, healthy: false).Reason);
        Assert.NotEqual(PromotionReason.NoWinner, Judge(Days(14, _ => (5000, 4000)), 14, healthy: false).Reason);
    }

    [Fact]
    public void Judge_Guardrails_StopOrWait()
    {
        var rows = Days(14, _ => (50, 75));
        Assert.Equal(PromotionReason.GuardrailStopped, Judge(rows, 14, guardrails: [new(1, true, null)]).Reason);
        Assert.Equal(PromotionReason.GuardrailUnproved, Judge(rows, 14, guardrails: [new(1, false, 2.9)]).Reason);
        Assert.Equal(PromotionReason.Promoted, Judge(rows, 14, guardrails: [new(1, false, 3.1), new(1, false, null), new(2, true, null)]).Reason);
    }

    [Fact]
    public void Judge_NoArmCanBeWorthIt_IsNoWinner()
    {
        var reading = Judge(Days(14, _ => (5000, 4500)), 14, update: Leading(0));
        Assert.Equal(PromotionReason.NoWinner, reading.Reason);
        Assert.True(reading.Proofs[0].LiftInterval.Upper < 0.01);
    }

    [Fact]
    public void Judge_KpiThatShouldFall_PromotesTheLowerArm()
    {
        var rule = Rule with { IncreaseIsGood = false };
        var reading = Promotion.Judge(rule, new PromotionInput(Days(14, _ => (75, 50)), 14, Leading(1)));
        Assert.Equal(PromotionReason.Promoted, reading.Reason);
        Assert.True(reading.Proofs[0].RelativeLift < 0);
        Assert.Equal(PromotionReason.NoWinner, Promotion.Judge(rule, new PromotionInput(Days(14, _ => (4500, 5000)), 14, Leading(0))).Reason);
    }

    [Fact]
    public void Judge_ScoreMethod_NeedsItsScaleAndUsers()
    {
        var rule = Rule with { Method = ProofMethod.Score };
        var rows = Days(14, _ => (600, 750), 1000);
        var scale = ScoreScale.Of(ArmProof.ScoreStrata(rows, 1));
        PromotionReason With(EpochRow[] table, ScoreScale? frozen) =>
            Promotion.Judge(rule, new PromotionInput(table, 14, Leading(1)) { Scales = [null, frozen] }).Reason;
        Assert.Equal(PromotionReason.Promoted, With(rows, scale));
        Assert.Equal(PromotionReason.TooFewUsers, With(rows, null));
        Assert.Equal(PromotionReason.TooFewUsers, With(Days(14, _ => (6, 7), 7), scale));
        Assert.Equal(PromotionReason.Faded, With(Days(14, day => day <= 7 ? (600, 900) : (600, 590), 1000), scale));
    }

    [Fact]
    public void Judge_LeaderPausedOrUnknown_IsNeverPromoted()
    {
        var input = new PromotionInput(Days(14, _ => (50, 75)), 14, Leading(1));
        Assert.Equal(PromotionReason.ArmInactive, Promotion.Judge(Rule, input with { Active = [true, false] }).Reason);
        Assert.Throws<ArgumentException>(() => Promotion.Judge(Rule, input with { Update = Leading(2) }));
    }

    [Theory]
    [InlineData(KpiKind.Proportion, 200, ProofMethod.Split)]
    [InlineData(KpiKind.Proportion, 201, ProofMethod.Score)]
    [InlineData(KpiKind.Mean, 10, ProofMethod.Score)]
    public void Choose_ByKindAndRate_FollowsTheRule(KpiKind kind, double conversions, ProofMethod expected) =>
        Assert.Equal(expected, ProofMethodRule.Choose(kind, 1000, conversions));

    [Fact]
    public void Judge_ArmAddedLater_PairsOnlyWhereBothHaveWeight()
    {
        EpochRow[] rows =
        [
            .. Enumerable.Range(1, 10).Select(d => Rows.Of(d, d, [ArmCell.OfProportion(1000, 900), ArmCell.OfProportion(1000, 900), default], [5000, 5000, 0])),
            .. Enumerable.Range(11, 4).Select(d => Rows.Of(d, d, [ArmCell.OfProportion(1000, 50), ArmCell.OfProportion(1000, 50), ArmCell.OfProportion(1000, 52)], [3334, 3333, 3333])),
        ];
        var reading = Promotion.Judge(Rule, new PromotionInput(rows, 14, Leading(2)) { TreatmentsEverStarted = 2 });
        Assert.Equal(SplitProcess.LogBetter([new(3333 / 6667.0, 4 * 52, 4 * 50)], true), reading.Proofs[1].LogBetter, 1e-9);
        Assert.Equal(Math.Log(2 / 0.05), reading.LogThreshold, 1e-12);
    }

    [Fact]
    public void DaysToProve_LiftHopedFor_FollowsTheFormula()
    {
        var days = Promotion.DaysToProve(Rule, 1, 100, 0.5, 0.1)!.Value;
        Assert.Equal((Math.Log(20) + 2) / (100 * 0.25 * Math.Pow(Math.Log(1.1), 2) / 2), days, 1e-9);
        Assert.Null(Promotion.DaysToProve(Rule, 1, 0, 0.5, 0.1));
        Assert.Null(Promotion.DaysToProve(Rule, 1, 100, 1, 0.1));
        Assert.Null(Promotion.DaysToProve(Rule, 1, 100, 0.5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Promotion.DaysToProve(Rule, 1, 100, 0.5, -1));
    }

    [Fact]
    public void Judge_ListsOfOtherLength_AreRefused()
    {
        Assert.ThrowsAny<ArgumentException>(() => Promotion.Judge(Rule, new PromotionInput(Days(7, _ => (5, 6)), 7, Leading(1)) { Active = [true] }));
        Assert.ThrowsAny<ArgumentException>(() => Promotion.Judge(Rule, new PromotionInput(Days(7, _ => (5, 6)), 7, Leading(1)) { Scales = [] }));
        Assert.ThrowsAny<ArgumentException>(() => Promotion.Judge(Rule, new PromotionInput(Days(7, _ => (5, 6)), 7, Leading(1)) { TreatmentsEverStarted = 0 }));
    }

    [Fact]
    public void GuardrailRule_Threshold_SharesTheBudget()
    {
        Assert.Equal(Math.Log(3 * 2 / 0.01), GuardrailRule.LogThreshold(3, 2), 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => GuardrailRule.LogThreshold(0, 1));
    }

    private static PromotionReading Judge(
        EpochRow[] rows, int matureThrough, int last = 0, BanditUpdate? update = null, bool healthy = true, GuardrailReading[]? guardrails = null) =>
        Promotion.Judge(Rule, new PromotionInput(rows, matureThrough, update ?? Leading(1))
        {
            LastCycle = last,
            IsHealthy = healthy,
            Guardrails = guardrails ?? [],
        });

    private static BanditUpdate Leading(int? arm, double loss = 0.001) => new([5000, 5000], AllocationReason.AtTarget, null, null, arm, loss);

    private static EpochRow[] Days(int days, Func<int, (double Control, double Arm)> conversions, double users = 100_000) =>
        [.. Enumerable.Range(1, days).Select(day => Day(day, conversions(day).Control, conversions(day).Arm, users))];

    private static EpochRow Day(int day, double control, double arm, double users = 100_000) =>
        Rows.Of(0, day, [ArmCell.OfProportion(users, control), ArmCell.OfProportion(users, arm)]);
}
