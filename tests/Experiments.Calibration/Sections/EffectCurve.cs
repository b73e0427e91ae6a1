using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;

namespace Experiments.Calibration.Sections;

/// <summary>Power and duration over the size of the effect, as curves of every method.</summary>
internal sealed class EffectCurve : ISection
{
    private const int Days = 28;
    private const int Daily = 1000;

    // Places in Contest.OfDays.
    private const int FixedHorizonAt = 2;
    private const int DailyAt = 4;
    private const int MixtureAt = 5;
    private const int WaldAt = 6;

    private static readonly double[] Lifts = [0, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.225, 0.25];

    public string Name => "curves";

    public int Batches => Lifts.Length;

    public Chapter Measure(Scale scale, Runner runner)
    {
        var contest = Contest.OfDays(Days);
        var names = contest.Names;
        var runs = Lifts.Select(lift =>
        {
            var effect = Power.Rate(0.05, lift, Daily, Daily * Days);
            return runner.Run(Text.Of($"curve {lift}"), scale.Power, random => contest.Run(effect.Pair(random), Daily * Days, Days, Days, effect.AtHorizon));
        }).ToArray();
        var power = Lines((r, method) => Contest.Power(r, method).Value);
        var share = Lines((r, method) => Contest.Share(r, method, Days).Value);
        // The first run is without effect: it belongs to the plots, not to the comparison.
        var shares = Enumerable.Range(0, names.Length).Select(i => runs.Skip(1).Average(r => Contest.Share(r, i, Days).Value)).ToArray();
        var lost = runs.Max(r => Contest.Power(r, FixedHorizonAt).Value - Contest.Power(r, 0).Value);
        var chapter = new Chapter("Every method over the size of the effect")
        {
            Setting = Text.Of($"5 % base, 500 users per arm and day, 28 days, daily looks; {scale.Power:N0} runs at each of {Lifts.Length} lifts from 0 to 25 %, the same methods as above. At lift 0 \"power\" is a wrong decision for the treatment."),
            Says = Text.Of($"On average over the {Lifts.Length - 1} effects a declared rise needs {100 * shares[0]:F0} % of the planned users, daily O'Brien-Fleming {100 * shares[DailyAt]:F0} %, mSPRT {100 * shares[MixtureAt]:F0} %, Wald's test with the known effect {100 * shares[WaldAt]:F0} %; its power is nowhere more than {100 * lost:F1} points under that of the fixed horizon."),
        };
        chapter.Tables.Add(new Table("Power, %", ["lift", .. names], Rows((r, i) => Contest.Power(r, i).ShortPercent())));
        chapter.Tables.Add(new Table("Mean share of the horizon", ["lift", .. names], Rows((r, i) => Text.Of($"{Contest.Share(r, i, Days).Value:F3}"))));
        chapter.Plots.Add(new Plot("power.svg", "Power over the lift, all methods", new LineChart("Power within the planned 28 days", "true lift, %", "share of tests that find it", 25, 1, power).Svg()));
        chapter.Plots.Add(new Plot("duration.svg", "Mean share of the horizon over the lift, all methods", new LineChart("Users needed, as a share of the plan", "true lift, %", "mean share of the horizon used", 25, 1, share).Svg()));
        return chapter;

        Series[] Lines(Func<int[][], int, double> value) =>
            [.. names.Select((name, i) => new Series(name, [.. Lifts.Select((lift, at) => (100 * lift, value(runs[at], i)))]))];

        List<string[]> Rows(Func<int[][], int, string> value) =>
            [.. Lifts.Select((lift, at) => (string[])[Text.Of($"+{100 * lift:0.#} %"), .. names.Select((_, i) => value(runs[at], i))])];
    }
}
