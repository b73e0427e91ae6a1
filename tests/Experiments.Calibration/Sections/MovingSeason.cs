using Experiments.Calibration.Methods;
using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;
using Experiments.Stats;
using Experiments.Stats.Sequential;

namespace Experiments.Calibration.Sections;

/// <summary>The base rate moves while the allocation does: epochs are kept apart; a pooled test reads the season as an effect.</summary>
internal sealed class MovingSeason : ISection
{
    private const int Horizon = 6000;
    private static readonly double[] Shares = [0.1, 0.5, 0.8];

    private static readonly (string Name, Func<double, double> Rate)[] Seasons =
    [
        ("rises from 2 to 8 % over the test", t => 0.05 - (0.03 * Math.Cos(Math.PI * t))),
        ("2, 5 and 8 % with the three epochs", t => t < 1.0 / 3 ? 0.02 : t < 2.0 / 3 ? 0.05 : 0.08),
        ("a wave of 2 to 8 % in each epoch", t => 0.05 - (0.03 * Math.Cos(6 * Math.PI * t))),
    ];

    public string Name => "seasons";

    public int Batches => Seasons.Length;

    public Chapter Measure(Scale scale, Runner runner)
    {
        var chapter = new Chapter("False positives: the season moves with the allocation");
        var rows = new List<string[]>();
        var (worst, pooledMost) = (0.0, 0.0);
        foreach (var (name, rate) in Seasons)
        {
            var runs = runner.Run("season " + name, scale.Null, random => One(random, rate, Math.Max(1, Horizon / scale.LooksPerHorizon)));
            var (wrong, pooled) = (Figure.Share(runs, r => r.Wrong), Figure.Share(runs, r => r.Pooled));
            rows.Add([name, wrong.Percent(), pooled.Percent()]);
            (worst, pooledMost) = (Math.Max(worst, wrong.Value), Math.Max(pooledMost, pooled.Value));
            chapter.Checks.Add(new Check(name, wrong.Value, wrong.StandardError, 0, Scale.MostWrong(scale.Null)));
        }

        chapter.Setting = Text.Of($"N = {Horizon:N0}, the treatment's share moves 0.1, 0.5, 0.8 in three epochs up to twice N, a look at every 1/{scale.LooksPerHorizon} of N; {scale.Null:N0} runs a line. Beside it one z-test of the pooled counts at the end.");
        chapter.Says = Text.Of($"With epochs kept apart at most {100 * worst:F1} % of the tests decide; pooling the epochs is wrong in up to {100 * pooledMost:F0} %.");
        chapter.Tables.Add(new Table("", ["base rate", "epochs apart", "pooled z-test, one look"], rows));
        return chapter;
    }

    private static (bool Wrong, bool Pooled) One(Generator random, Func<double, double> rate, int batch)
    {
        const int Users = 2 * Horizon;
        var test = new ShippedTest(new SequentialPlan(0.05, 0.8, Horizon));
        var epochs = new ProportionEpoch[Shares.Length];
        var counts = new double[Shares.Length, 4];
        for (var user = 0; user < Users; user++)
        {
            var e = user * Shares.Length / Users;
            var arm = random.Uniform() < Shares[e] ? 0 : 2;
            counts[e, arm]++;
            counts[e, arm + 1] += random.Uniform() < rate((double)user / Users) ? 1 : 0;
            if ((user + 1) % batch == 0)
            {
                epochs[e] = new ProportionEpoch(
                    Shares[e], new ProportionCounts(counts[e, 0], counts[e, 1]), new ProportionCounts(counts[e, 2], counts[e, 3]));
                test.Look(epochs.AsSpan(0, e + 1));
            }
        }

        var treatment = epochs.Aggregate(default(ProportionCounts), (sum, e) => sum + e.Treatment);
        var control = epochs.Aggregate(default(ProportionCounts), (sum, e) => sum + e.Control);
        return (test.Crossing > 0, Math.Abs(ConversionPair.PooledZ(treatment, control)) >= NaivePeeking.Critical);
    }
}
