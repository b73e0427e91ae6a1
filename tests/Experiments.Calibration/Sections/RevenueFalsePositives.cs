using Experiments.Calibration.Methods;
using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;
using Experiments.Stats.Sequential;

namespace Experiments.Calibration.Sections;

/// <summary>Revenue without any effect: few buyers, heavy baskets, unequal shares.</summary>
internal sealed class RevenueFalsePositives : ISection
{
    private const int Horizon = 20_000;
    private static readonly double[] Shares = [0.1, 0.5, 0.9];
    private static readonly Baskets Money = new(0.03, 3.5, 1.2, 1000);

    public string Name => "revenue";

    public int Batches => Shares.Length;

    public Chapter Measure(Scale scale, Runner runner)
    {
        var chapter = new Chapter("False positives: revenue");
        var rows = new List<string[]>();
        var worst = 0.0;
        foreach (var share in Shares)
        {
            var batch = Horizon / scale.LooksPerHorizon;
            var law = new RevenueLaw(share, Money, Money, batch);
            var runs = runner.Run(Text.Of($"revenue null {share}"), scale.Null, random => One(random, law, batch));
            var (wrong, naive) = (Figure.Share(runs, r => r.Wrong), Figure.Share(runs, r => r.Naive));
            rows.Add([Text.Of($"w = {share}"), wrong.Percent(), naive.Percent()]);
            worst = Math.Max(worst, wrong.Value);
            chapter.Checks.Add(new Check(Text.Of($"revenue, w = {share}"), wrong.Value, wrong.StandardError, 0, Scale.MostWrong(scale.Null)));
        }

        chapter.Setting = Text.Of($"3 % of users buy, lognormal baskets (log mean 3.5, log standard deviation 1.2), cap 1,000, N = {Horizon:N0}, a look at every 1/{scale.LooksPerHorizon} of N up to twice N; {scale.Null:N0} runs a line. Naive peeking starts with the test, at 150 users per arm.");
        chapter.Says = Text.Of($"At most {100 * worst:F1} % of revenue tests without effect ever decide, at equal and at very unequal shares.");
        chapter.Tables.Add(new Table("", ["share", "sequential test", "naive peeking"], rows));
        return chapter;
    }

    private static (bool Wrong, bool Naive) One(Generator random, RevenueLaw law, int batch)
    {
        var pair = new RevenuePair(random, law);
        var test = new ShippedTest(new SequentialPlan(0.05, 0.8, Horizon));
        var naive = false;
        for (var users = batch; users <= 2 * Horizon; users += batch)
        {
            pair.Add(batch);
            var epoch = pair.Epoch;
            test.Look(epoch);
            naive |= Math.Min(epoch.Treatment.Users, epoch.Control.Users) >= 150 && Math.Abs(pair.Z) >= NaivePeeking.Critical;
        }

        return (test.Crossing > 0, naive);
    }
}
