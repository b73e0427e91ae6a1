using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;
using Experiments.Stats.Sequential;

namespace Experiments.Calibration.Sections;

/// <summary>Whether the confidence sequences hold the truth at all looks together.</summary>
internal sealed class Coverage : ISection
{
    private static readonly (double Rate, double Ratio, int Horizon, double Share)[] Designs =
    [
        (0.05, 1.2, 28_000, 0.5), (0.02, 1.6, 2000, 0.5), (0.4, 0.9, 10_000, 0.5), (0.05, 1.3, 10_000, 0.2),
    ];

    public string Name => "coverage";

    public int Batches => Designs.Length;

    public Chapter Measure(Scale scale, Runner runner)
    {
        var chapter = new Chapter("Coverage of the confidence sequences")
        {
            Setting = Text.Of($"The running intersection of {scale.CoverageLooks} looks up to 1.5 N, base rate frozen blind; {scale.Coverage:N0} runs a line. A run counts as covered when no look's interval ever excluded the true value. Width: the last interval's, of the lift, where both ends are bounded."),
        };
        var rows = new List<string[]>();
        var least = 1.0;
        foreach (var (rate, ratio, horizon, share) in Designs)
        {
            var batch = horizon * 3 / 2 / scale.CoverageLooks;
            var law = new ConversionLaw(share, ratio * rate, rate, batch);
            var plan = new SequentialPlan(0.05, 0.8, horizon);
            var name = Text.Of($"{100 * rate:0} % base, lift {100 * (ratio - 1):+0;-0} %, N {horizon:N0}, w {share}");
            var runs = runner.Run("coverage " + name, scale.Coverage, random => One(new ConversionPair(random, law), plan, scale.CoverageLooks, batch, rate, ratio));
            var (lift, difference) = (Figure.Share(runs, r => r.Lift), Figure.Share(runs, r => r.Difference));
            var bounded = Array.FindAll(runs, r => double.IsFinite(r.Width));
            rows.Add([name, lift.Percent(), difference.Percent(), bounded.Length > 0 ? Figure.Mean(bounded, r => r.Width).Plain() : "unbounded"]);
            least = Math.Min(least, Math.Min(lift.Value, difference.Value));
            var low = 0.95 - (3 * Figure.Band(0.05, scale.Coverage));
            chapter.Checks.Add(new Check("coverage of the lift, " + name, lift.Value, lift.StandardError, low, 1));
            chapter.Checks.Add(new Check("coverage of the difference, " + name, difference.Value, difference.StandardError, low, 1));
        }

        chapter.Says = Text.Of($"At all looks together the intervals hold the truth in at least {100 * least:F1} % of the tests, promised 95 %.");
        chapter.Tables.Add(new Table("", ["design", "covered: lift", "covered: difference", "width of the lift"], rows));
        return chapter;
    }

    private static (bool Lift, bool Difference, double Width) One(
        ConversionPair pair, SequentialPlan plan, int looks, int batch, double rate, double ratio)
    {
        var (lift, difference) = (RunningInterval.Initial, RunningInterval.Initial);
        double? baseline = null;
        for (var look = 0; look < looks; look++)
        {
            pair.Add(batch);
            ReadOnlySpan<ProportionEpoch> epochs = [pair.Epoch];
            baseline ??= ProportionTest.BlindBaseline(epochs);
            if (baseline is { } m)
            {
                lift = lift.Update(ConfidenceSequence.RelativeLift(plan, m, epochs));
                difference = difference.Update(ConfidenceSequence.Difference(plan, m, epochs));
            }
        }

        return (
            !lift.IsUnstable && lift.Value.Contains(ratio - 1),
            !difference.IsUnstable && difference.Value.Contains((ratio - 1) * rate),
            lift.Value is { Lower: { } low, Upper: { } high } ? high - low : double.PositiveInfinity);
    }
}
