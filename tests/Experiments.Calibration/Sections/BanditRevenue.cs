using Experiments.Calibration.Bandits;
using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;
using Experiments.Stats;
using Experiments.Stats.Bandits;

namespace Experiments.Calibration.Sections;

/// <summary>Bandits on money, proved by the score process: false promotions, intervals, and what a real effect comes to.</summary>
internal sealed class BanditRevenue : ISection
{
    private const int Windows = 60;
    private const int Users = 2000;
    private const double Buyers = 0.03;

    private static readonly (string Name, double[] Lifts, Func<int, double> Season)[] Settings =
    [
        ("3 arms alike", [0, 0, 0], _ => 1),
        ("3 arms alike, week-ends doubled", [0, 0, 0], t => t % 7 >= 5 ? 2 : 1),
        ("last of 3 arms +25 % buyers", [0, 0, 0.25], _ => 1),
    ];

    public string Name => "bandit-revenue";

    public int Batches => Settings.Length;

    public Chapter Measure(Scale scale, Runner runner)
    {
        var chapter = new Chapter("Bandits on revenue: the score process");
        var (rows, worst) = (new List<string[]>(), 0.0);
        foreach (var (name, lifts, season) in Settings)
        {
            var runs = runner.Run("bandit revenue " + name, scale.Bandit, random => One(random, lifts, season));
            var (wrong, right, excluded) = (
                Figure.Share(runs, r => r.Promoted > 0 && lifts[r.Promoted] == 0), Figure.Share(runs, r => r.Promoted > 0 && lifts[r.Promoted] > 0),
                Figure.Share(runs, r => r.Excluded));
            rows.Add([name, wrong.Percent(), lifts[^1] > 0 ? right.ShortPercent() : "", excluded.Percent()]);
            worst = Math.Max(worst, Math.Max(wrong.Value, excluded.Value));
            var band = Figure.Band(0.05, runs.Length);
            chapter.Checks.Add(new Check(name + ", wrong promotions", wrong.Value, band, 0, scale.Widened(0.05, band)));
            chapter.Checks.Add(new Check(name + ", sequence excludes the truth", excluded.Value, band, 0, scale.Widened(0.05, band)));
        }

        chapter.Setting = Text.Of($"3 % of users buy, lognormal baskets (log mean 3.5, log standard deviation 1.2), cap 1,000; {Users:N0} users a window, {Windows} windows, a look after each, default settings; {scale.Bandit:N0} runs a line. The 95 % sequence is that of the last arm's difference.");
        chapter.Says = Text.Of($"Neither wrong promotions nor sequences that ever exclude the truth pass {100 * worst:F1} % of runs on skewed money under moving weights.");
        chapter.Tables.Add(new Table("", ["arms", "wrong promotions", "right promotions, %", "sequence ever excludes the truth"], rows));
        return chapter;
    }

    private static (int Promoted, bool Excluded) One(Generator random, double[] lifts, Func<int, double> season)
    {
        var (rule, rows, buckets, users) = (new PromotionRule(), new List<EpochRow>(), Shipped.Equal(lifts.Length), new int[lifts.Length]);
        var (scales, excluded, truth, last) = (new ScoreScale?[lifts.Length], false, new Baskets(Buyers, 3.5, 1.2, 1000).Moments.Mean * lifts[^1], lifts.Length - 1);
        for (var window = 0; window < Windows; window++)
        {
            random.Multinomial(Users, Array.ConvertAll(buckets, b => b / (double)Allocation.Buckets), users);
            rows.Add(new EpochRow(window, window, window + 1, buckets, [.. users.Select((n, k) => Spend(random, n, Buyers * (1 + lifts[k]) * season(window)))]));
            for (var arm = 1; arm < lifts.Length && window == 0; arm++)
            {
                scales[arm] = ScoreScale.Of(ArmProof.ScoreStrata(rows, arm));
            }

            // A season moves the difference's size: only a difference of 0 stays the truth then.
            var reading = ScoreProcess.Read(ArmProof.ScoreStrata(rows, last), scales[last]);
            var interval = reading.EffectInterval(0.05);
            excluded |= reading.CanDecide && (truth < interval.Lower || truth > interval.Upper);
            var update = BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Mean, buckets, rows));
            if (update is { Leader: > 0 and var leader } && update.RelativeLoss <= rule.MaximumRelativeLoss
                && ArmProof.Of(ProofMethod.Score, rows, leader, true, 0.05, scales[leader]) is { CanDecide: true } proof
                && proof.LogBetter >= rule.LogThreshold(lifts.Length - 1))
            {
                return (leader, excluded);
            }

            buckets = [.. update.Buckets];
        }

        return (0, excluded);
    }

    private static ArmCell Spend(Generator random, int users, double share)
    {
        var (buyers, baskets, sum, squares) = (random.Binomial(users, share), new Baskets(Buyers, 3.5, 1.2, 1000), 0.0, 0.0);
        for (var buyer = 0; buyer < buyers; buyer++)
        {
            var value = baskets.Draw(random);
            (sum, squares) = (sum + value, squares + (value * value));
        }

        return ArmCell.OfMean(MeanMoments.FromSums(users, sum, squares), buyers);
    }
}
