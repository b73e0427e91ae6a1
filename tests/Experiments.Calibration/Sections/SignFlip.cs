using Experiments.Calibration.Bandits;
using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;
using Experiments.Stats.Bandits;

namespace Experiments.Calibration.Sections;

/// <summary>An arm that helps on five days and hurts on two, nothing on average: whole cycles keep it from being promoted.</summary>
internal sealed class SignFlip : ISection
{
    private const int Days = 56;
    private const double Base = 0.05;

    public string Name => "bandit-sign-flip";

    public int Batches => 2;

    public Chapter Measure(Scale scale, Runner runner)
    {
        var chapter = new Chapter("Bandits: an effect that turns inside the week");
        var rows = new List<string[]>();
        var (most, least) = (0.0, 1.0);
        foreach (var users in new[] { 1000, 10_000 })
        {
            var runs = runner.Run(Text.Of($"sign flip {users}"), scale.Bandit, random => One(random, users));
            var (cycles, daily) = (Figure.Share(runs, r => r.Cycles), Figure.Share(runs, r => r.Daily));
            rows.Add([Text.Of($"{users:N0}"), cycles.Percent(), daily.Percent()]);
            (most, least) = (Math.Max(most, cycles.Value), Math.Min(least, daily.Value));
            var band = Figure.Band(0.10, runs.Length);
            chapter.Checks.Add(new Check(Text.Of($"{users:N0} users a day, whole cycles"), cycles.Value, band, 0, scale.Widened(0.10, band)));
            chapter.Checks.Add(new Check(Text.Of($"{users:N0} users a day, every day"), daily.Value, daily.StandardError, 0.11 - Math.Max(2 * daily.StandardError, scale.Widened(0, band)), 1));
        }

        chapter.Setting = Text.Of($"Two arms, 5 %; the second +20 % on five days of the week and -50 % on two, 0 on average; {Days} days, one update a day, default settings; {scale.Bandit:N0} runs a line. Share of runs that ever promote it.");
        chapter.Says = Text.Of($"Looking at every day promotes it in {100 * least:F0} % of runs or more, looking at whole weeks from day 14 on in at most {100 * most:F1} %.");
        chapter.Tables.Add(new Table("", ["users a day", "whole cycles (shipped)", "every day"], rows));
        return chapter;
    }

    private static (bool Cycles, bool Daily) One(Generator random, int users)
    {
        var (rule, rows, buckets) = (new PromotionRule(), new List<EpochRow>(), Shipped.Equal(2));
        var (cycles, daily, judged) = (false, false, 0);
        for (var day = 1; day <= Days && !cycles; day++)
        {
            var treated = random.Binomial(users, buckets[1] / (double)Allocation.Buckets);
            var effect = (day - 1) % 7 < 5 ? 1.2 : 0.5;
            rows.Add(new EpochRow(day, day, day + 1, buckets,
            [
                ArmCell.OfProportion(users - treated, random.Binomial(users - treated, Base)),
                ArmCell.OfProportion(treated, random.Binomial(treated, Base * effect)),
            ]));
            var update = BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Proportion, buckets, rows));
            var reading = Promotion.Judge(rule, new PromotionInput(rows, day, update) { LastCycle = judged });
            (cycles, judged) = (reading.Reason == PromotionReason.Promoted, reading.Cycle);
            daily |= update is { Leader: 1 } && update.RelativeLoss <= rule.MaximumRelativeLoss
                && SplitProcess.LogBetter(ArmProof.SplitStrata(rows, 1), true) >= rule.LogThreshold(1);
            buckets = [.. update.Buckets];
        }

        return (cycles, daily || cycles);
    }
}
