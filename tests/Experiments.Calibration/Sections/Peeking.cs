using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;

namespace Experiments.Calibration.Sections;

/// <summary>How the share of wrong decisions grows with the looks, for every method.</summary>
internal sealed class Peeking : ISection
{
    private const int Horizon = 5000;

    public string Name => "peeking";

    public int Batches => 1;

    public Chapter Measure(Scale scale, Runner runner)
    {
        var looks = scale.LooksPerHorizon;
        var contest = Contest.OfLooks();
        var names = contest.Names;
        var law = new ConversionLaw(0.5, 0.05, 0.05, Horizon / looks);
        var runs = runner.Run("peeking", 2 * scale.Null, random => contest.Run(new ConversionPair(random, law), Horizon, looks, 2 * looks, 2.8));
        int[] marks = [looks / 10, looks / 2, looks, 2 * looks];
        var rows = names.Select((name, i) => (string[])[name, .. marks.Select(look => Wrong(i, look).Percent())]).ToList();
        var chapter = new Chapter("False positives over the looks, every method")
        {
            Setting = Text.Of($"5 % in both arms, N = {Horizon:N0}, a look at every 1/{looks} of N up to twice N; {2 * scale.Null:N0} runs, all methods on the same users. The fixed-horizon test and O'Brien-Fleming (5 analyses) say nothing after N. Wald's test is told the effect the horizon is planned for."),
            Says = Text.Of($"After {2 * looks:N0} looks naive peeking is wrong in {100 * Wrong(names.Length - 1, 2 * looks).Value:F0} % of tests, this library in {100 * Wrong(0, 2 * looks).Value:F1} %."),
        };
        chapter.Tables.Add(new Table("Share of runs that decided by", ["", "N/10", "N/2", "N", "2 N"], rows));
        var lines = names.Select((name, i) => new Series(name, [.. Enumerable.Range(0, 101).Select(p => (p / 50.0, Wrong(i, p * 2 * looks / 100).Value))]));
        chapter.Plots.Add(new Plot("peeking.svg", "Share of wrong decisions over the looks, all methods", new LineChart(
            "Tests without any effect that decide all the same", "users so far, as a share of the plan", "share of tests wrong so far", 2, 0.5, [.. lines])
        { Mark = 0.05 }.Svg()));
        for (var i = 0; i < 2; i++)
        {
            var wrong = Wrong(i, 2 * looks);
            chapter.Checks.Add(new Check("false positives, " + names[i], wrong.Value, wrong.StandardError, 0, Scale.MostWrong(2 * scale.Null)));
        }

        return chapter;

        Figure Wrong(int method, int look) => Figure.Share(runs, r => r[method] != 0 && Math.Abs(r[method]) <= look);
    }
}
