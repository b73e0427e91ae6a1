using Experiments.Calibration.Methods;
using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;
using Experiments.Stats.Sequential;

namespace Experiments.Calibration.Sections;

/// <summary>Conversion rates without any effect: base rate blind, planned right, planned twofold wrong.</summary>
internal sealed class FalsePositives : ISection
{
    private static readonly (double Rate, int Horizon, double Share)[] Regimes =
    [
        (0.02, 100, 0.5), (0.02, 1000, 0.5), (0.02, 5000, 0.5), (0.05, 400, 0.5), (0.05, 2000, 0.1), (0.05, 2000, 0.9),
        (0.3, 200, 0.5), (0.6, 100, 0.5),
    ];

    public string Name => "false-positives";

    public int Batches => Regimes.Length;

    public Chapter Measure(Scale scale, Runner runner)
    {
        var rows = new List<string[]>();
        var chapter = new Chapter("False positives: conversion rates");
        var (worst, naiveLeast, naiveMost) = (0.0, 1.0, 0.0);
        foreach (var (rate, horizon, share) in Regimes)
        {
            double?[] planned = [null, rate, 2 * rate < 1 ? 2 * rate : null, rate / 2];
            var batch = Math.Max(1, horizon / scale.LooksPerHorizon);
            var law = new ConversionLaw(share, rate, rate, batch);
            var plan = new SequentialPlan(0.05, 0.8, horizon);
            var runs = runner.Run(Text.Of($"null {rate} {horizon} {share}"), scale.Null, random => One(random, law, plan, planned, batch));
            var cells = new List<string> { Text.Of($"{100 * rate:0} %, N {horizon:N0}, w {share}") };
            for (var i = 0; i < planned.Length; i++)
            {
                var at = i;
                if (i > 0 && planned[i] is null)
                {
                    cells.Add("impossible");
                    continue;
                }

                var wrong = Figure.Share(runs, run => run[at]);
                cells.Add(wrong.Percent());
                worst = Math.Max(worst, wrong.Value);
                chapter.Checks.Add(new Check(Text.Of($"{cells[0]}, {Columns[i]}"), wrong.Value, wrong.StandardError, 0, Scale.MostWrong(scale.Null)));
            }

            var naive = Figure.Share(runs, run => run[^1]);
            cells.Add(naive.Percent());
            (naiveLeast, naiveMost) = (Math.Min(naiveLeast, naive.Value), Math.Max(naiveMost, naive.Value));
            rows.Add([.. cells]);
        }

        chapter.Setting = Text.Of($"Both arms convert alike; a look after every 1/{scale.LooksPerHorizon} of N (every user where N is smaller), up to twice N; {scale.Null:N0} runs a line, all columns on the same data. Share of runs that ever decide.");
        chapter.Says = Text.Of($"At most {100 * worst:F1} % of tests without any effect ever decide, whatever the base rate was thought to be; a z-test at every look decides in {100 * naiveLeast:F0} to {100 * naiveMost:F0} %.");
        chapter.Tables.Add(new Table("", ["base rate, horizon, share", .. Columns, "naive peeking"], rows));
        return chapter;
    }

    private static readonly string[] Columns = ["blind", "planned right", "planned twice too high", "planned twice too low"];

    private static bool[] One(Generator random, ConversionLaw law, SequentialPlan plan, double?[] planned, int batch)
    {
        var pair = new ConversionPair(random, law);
        var tests = Array.ConvertAll(planned, m => new ShippedTest(plan, m));
        var naive = false;
        for (var users = batch; users <= 2 * plan.HorizonUsers; users += batch)
        {
            pair.Add(batch);
            var epoch = pair.Epoch;
            foreach (var test in tests)
            {
                test.Look(epoch);
            }

            naive |= Math.Abs(pair.Z) >= NaivePeeking.Critical;
        }

        return [.. tests.Select(t => t.Crossing > 0), naive];
    }
}
