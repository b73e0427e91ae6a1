using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;
using Experiments.Stats;
using Experiments.Stats.Sequential;

namespace Experiments.Calibration.Sections;

/// <summary>Several treatments against one control, nothing true: any wrong win, with and without closed averaging.</summary>
internal sealed class SeveralTreatments : ISection
{
    private const double Rate = 0.05;
    private const int PairHorizon = 4000;
    private static readonly int[] Treatments = [2, 3];

    public string Name => "several";

    public int Batches => Treatments.Length;

    public Chapter Measure(Scale scale, Runner runner)
    {
        var chapter = new Chapter("False positives: several treatments");
        var rows = new List<string[]>();
        var worst = 0.0;
        foreach (var treatments in Treatments)
        {
            var batch = PairHorizon / 2 / scale.LooksPerHorizon;
            var conversions = new Binomial(Rate, batch);
            var runs = runner.Run(Text.Of($"several {treatments}"), scale.Null, random => One(random, treatments, conversions, batch));
            var (adjusted, single) = (Figure.Share(runs, r => r.Adjusted), Figure.Share(runs, r => r.Single));
            rows.Add([Text.Of($"control and {treatments} treatments"), adjusted.Percent(), single.Percent()]);
            worst = Math.Max(worst, adjusted.Value);
            chapter.Checks.Add(new Check(rows[^1][0], adjusted.Value, adjusted.StandardError, 0, Scale.MostWrong(scale.Null)));
        }

        chapter.Setting = Text.Of($"5 % in every arm, equal shares, {PairHorizon:N0} planned users per pair, a look at every 1/{scale.LooksPerHorizon} of N up to twice N; {scale.Null:N0} runs a line. Share of runs in which any treatment ever decides.");
        chapter.Says = Text.Of($"Closed averaging keeps the chance of any wrong decision at {100 * worst:F1} % or less; each treatment on its own, uncorrected, adds its errors up.");
        chapter.Tables.Add(new Table("", ["arms", "closed averaging", "uncorrected"], rows));
        return chapter;
    }

    private static (bool Adjusted, bool Single) One(Generator random, int treatments, Binomial conversions, int batch)
    {
        var plan = new SequentialPlan(0.05, 0.8, PairHorizon);
        var counts = new ProportionCounts[treatments + 1];
        var states = Enumerable.Repeat(TestState.Initial, treatments).ToArray();
        var (log, adjusted) = (new double[treatments], new double[treatments]);
        var result = (Adjusted: false, Single: false);
        for (var look = 0; look < 2 * PairHorizon / 2 / batch; look++)
        {
            for (var arm = 0; arm < counts.Length; arm++)
            {
                counts[arm] += new ProportionCounts(batch, conversions.Draw(random, batch));
            }

            for (var k = 0; k < treatments; k++)
            {
                var (evidence, next) = ProportionTest.Look(
                    plan, null, [new ProportionEpoch(0.5, counts[k + 1], counts[0])], NullHypothesis.NoEffect, states[k]);
                states[k] = next;
                log[k] = evidence.LogEvidence;
            }

            ClosedAveraging.Adjust(log, adjusted);
            result = (result.Adjusted || adjusted.Max() >= plan.LogThreshold, result.Single || log.Max() >= plan.LogThreshold);
        }

        return result;
    }
}
