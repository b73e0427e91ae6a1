using System.Globalization;
using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

/// <summary>Numbers of the worked examples of the bandits' pages under docs/stats.</summary>
internal static class BanditExamples
{
    // Three arms; the table moved once, and the second day was a busy one.
    private static readonly EpochRow[] Shop =
    [
        Rows.Of(0, 1, [ArmCell.OfProportion(1000, 30), ArmCell.OfProportion(1000, 34), ArmCell.OfProportion(1000, 41)], [3334, 3333, 3333]),
        Rows.Of(1, 2, [ArmCell.OfProportion(620, 37), ArmCell.OfProportion(930, 60), ArmCell.OfProportion(1450, 118)], [2068, 3097, 4835]),
    ];

    internal static IEnumerable<(string Page, string Text)> All() =>
    [
        .. Add("bandit-allocation.md", Allocated()), .. Add("bandit-proof.md", Proved()), .. Add("bandit-promotion.md", Promoted()),
        .. Add("best-practices.md", Held()), .. Add("personalisation.md", Personal()),
    ];

    private static IEnumerable<(string, string)> Add(string page, IEnumerable<string> texts) => texts.Select(t => (page, t));

    private static IEnumerable<string> Allocated()
    {
        var update = BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Proportion, [2068, 3097, 4835], Shop));
        yield return $"posteriors {string.Join(", ", update.Posteriors!.Beta.Select(b => Text($"Beta({b.Alpha:F1}, {b.Beta:F1})")))}";
        yield return $"P(best) {string.Join(", ", update.ProbabilityBest!.Select(p => Text($"{p:F4}")))}";
        yield return $"buckets {string.Join(", ", update.Buckets)}";
        yield return Text($"relative loss of the leader {update.RelativeLoss:P2}");
        var curve = ArrivalCurve.From([50, 25, 10, 5, .. Enumerable.Repeat(1.0, 10), .. Enumerable.Repeat(0.0, 6)], 100)!;
        yield return Text($"F(0.1) = {curve.At(0.1):F2}, F(0.5) = {curve.At(0.5):F2}");
        yield return Text($"{curve.UsersOf([200, 200, .. Enumerable.Repeat(0.0, 18)]):F0} users");
    }

    private static IEnumerable<string> Proved()
    {
        var strata = ArmProof.SplitStrata(Shop, 2);
        var interval = SplitProcess.LogRatioInterval(strata, 0.05);
        yield return Text($"pi = {strata[0].ArmShare:F4} and {strata[1].ArmShare:F4}");
        yield return Text($"log ratio {SplitProcess.LogRatio(strata):F4}");
        yield return Text($"ln E = {SplitProcess.LogBetter(strata, true):F4}");
        yield return Text($"[{Math.Exp(interval.Lower!.Value) - 1:P1}, {Math.Exp(interval.Upper!.Value) - 1:P1}]");
        ScoreStratum[] money =
        [
            new(0, 0.5, ArmCell.OfMean(MeanMoments.FromSums(4000, 13_200, 520_000), 400), ArmCell.OfMean(MeanMoments.FromSums(4000, 12_000, 480_000), 380)),
            new(1, 0.7, ArmCell.OfMean(MeanMoments.FromSums(7000, 24_500, 930_000), 710), ArmCell.OfMean(MeanMoments.FromSums(3000, 9300, 370_000), 290)),
        ];
        var reading = ScoreProcess.Read(money, ScoreScale.Of(money));
        var effect = reading.EffectInterval(0.05);
        yield return Text($"m1 = {reading.Scale!.Value.Mean:F3}, v1 = {reading.Scale.Value.Variance:F2}");
        yield return Text($"S = {reading.Score:F1}, V = {reading.Variance:F0}, D = {reading.Exposure:F0}");
        yield return Text($"ln E = {reading.LogEvidence(Direction.Up):F4}, effect {reading.Effect:F4} in [{effect.Lower:F3}, {effect.Upper:F3}]");
    }

    private static IEnumerable<string> Promoted()
    {
        EpochRow[] rows = [.. Enumerable.Range(1, 14).Select(day => Rows.Of(0, day, [ArmCell.OfProportion(1000, 50), ArmCell.OfProportion(1000, 64)]))];
        var update = BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Proportion, [5000, 5000], rows));
        foreach (var (through, last) in new[] { (7, 0), (14, 1) })
        {
            var reading = Promotion.Judge(new PromotionRule(), new PromotionInput(rows, through, update) { LastCycle = last });
            yield return Text($"day {through}: {reading.Reason}, ln E = {reading.Proofs[0].LogBetter:F3} against {reading.LogThreshold:F3}");
        }

        yield return Text($"{Promotion.DaysToProve(new PromotionRule(), 1, 100, 0.5, 0.1):F0} days");
        yield return Text($"{Promotion.DaysToProve(new PromotionRule(), 1, 100, 0.5, 0.3):F0} days");
    }

    private static IEnumerable<string> Held()
    {
        var (state, share) = (HoldbackState.Initial, 0.05);
        foreach (var (served, held) in new[] { (467, 28), (448, 35), (337, 172) })
        {
            var (next, log, action) = HoldbackDetector.Close(new HoldbackPlan(), state, [new SplitStratum(1 - share, served, held)]);
            yield return Text($"{served} and {held}: G = {log:F3}, {action}");
            (state, share) = (next, new HoldbackPlan().HoldbackAfter(action));
        }

        var strength = EvidenceStrength.Of([new SplitStratum(0.5, 560, 480)]);
        yield return Text($"S = {strength.Score:F0}, J = {strength.Information:F0}: P(better) = {strength.ProbabilityBetter():F4}");
        yield return Text($"after 180 days {strength.Age(180).ProbabilityBetter():F4}, after a year and a half {strength.Age(540).ProbabilityBetter():F4}");
        SplitStratum[] live = [new(0.95, 5200, 240)];
        var interval = SplitProcess.LogRatioInterval(live, 0.05);
        var value = PracticeValue.OfProportion(5200, SplitProcess.LogRatio(live), interval, 30);
        yield return Text($"{value.Money:F0} of money, between {value.Interval.Lower:F0} and {value.Interval.Upper:F0}");
    }

    private static IEnumerable<string> Personal()
    {
        var model = SegmentModel.Compute([[2000, 2000], [1000, 1000]], [[60, 84], [40, 32]]);
        yield return Text($"P(best) of the second arm {model.ProbabilityBest[0][1]:F3} and {model.ProbabilityBest[1][1]:F3}");
        yield return $"weights of tau {string.Join(", ", model.Weights.Select(w => Text($"{w:F3}")))}";
        var proof = ChampionProof.Of([new SplitStratum(0.9, 1960, 180)], true);
        yield return Text($"ln E = {proof.LogBetter:F3}");
        var log = new OffPolicyLog();
        for (var user = 0; user < 3000; user++)
        {
            var arm = user % 3 == 0 ? 1 : 0;
            log.Add(new OffPolicyRow(arm == 1 ? 1 / 3.0 : 2 / 3.0, arm == 1 ? 0.9 : 0.1, user % (arm == 1 ? 10 : 20) == (arm == 1 ? 0 : 1) ? 1 : 0, 0.06, 0.09));
        }

        var reading = log.Read();
        yield return Text($"SNIPS {reading.SelfNormalised.Value:F4} ± {reading.SelfNormalised.StandardError:F4}, {reading.EffectiveUsers:F0} effective users of {reading.Users:F0}");
        yield return Text($"known: {reading.IsKnown}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
