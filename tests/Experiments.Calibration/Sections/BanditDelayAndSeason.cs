using Experiments.Calibration.Bandits;
using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;
using Experiments.Stats.Bandits;

namespace Experiments.Calibration.Sections;

/// <summary>Outcomes that come late, and a season that falls while the weights move.</summary>
internal sealed class BanditDelayAndSeason : ISection
{
    private static readonly BanditSettings Settings = new() { Floor = 0.02, ControlShare = 0 };

    private static readonly World Late = new([.03, .03, .036]) { Arrived = [.5, .75, .9, 1] };
    private static readonly World Falling = new([.05, .06, .055]) { Season = t => t < 15 ? 1 : 0.25 };

    public string Name => "bandit-delay";

    public int Batches => 6;

    public Chapter Measure(Scale scale, Runner runner)
    {
        var chapter = new Chapter("Bandits: late outcomes and a falling season");
        var (aware, mature, adjustedFailures, failures) =
            (Delay(Pending.ByArrival), Delay(Pending.Left), Delay(Pending.AsFailures), Delay(Pending.AsFailures, pools: true));
        var (adjusted, pooled) = (Season(false), Season(true));
        chapter.Setting = Text.Of($"Floor 2 %, no control share, no promotion; {scale.Bandit:N0} runs a line. Late outcomes: 3, 3 and 3.6 %, conversions come in four windows (50, 75, 90, 100 %). Season: 5, 6 and 5.5 %, all to a quarter from window 16 on.");
        chapter.Says = Text.Of($"Pending users counted by their age cost {aware.Value:F0} conversions, left out {mature.Value:F0}, counted as failures {failures.Value:F0} with pooled rates. In the falling season the best arm holds {100 * adjusted.Value:F0} % of the last ten windows with drift-adjusted trials, {100 * pooled.Value:F0} % with pooled rates.");
        chapter.Tables.Add(new Table("Regret with late outcomes", ["pending users", "regret"],
        [
            ["counted by age (shipped)", Plain(aware)], ["left out", Plain(mature)], ["counted as failures, drift-adjusted trials", Plain(adjustedFailures)],
            ["counted as failures, pooled rates", Plain(failures)],
        ]));
        chapter.Tables.Add(new Table("Best arm in the last ten windows of the falling season", ["counts", "share, %"],
        [
            ["drift-adjusted (shipped)", adjusted.ShortPercent()], ["pooled", pooled.ShortPercent()],
        ]));
        var error = double.Hypot(aware.StandardError, mature.StandardError);
        chapter.Checks.Add(new Check("late outcomes, by age over mature only", aware.Value, error, 0, scale.Widened(1.03 * mature.Value, error)));
        chapter.Checks.Add(new Check("late outcomes, mature only over as failures", mature.Value, mature.StandardError, 0, failures.Value));
        chapter.Checks.Add(new Check("falling season, best arm late", adjusted.Value, adjusted.StandardError, 0.70 - scale.Widened(0, adjusted.StandardError), 1));
        return chapter;

        Figure Delay(Pending pending, bool pools = false) => Figure.Mean(
            BanditRegret.Run(
                runner, Late, new Shipped(Text.Of($"pending {pending} {pools}"), Settings) { Promotes = false, Pending = pending, PoolsWindows = pools }, scale.Bandit),
            r => r.Regret);

        Figure Season(bool pools) => Figure.Mean(
            BanditRegret.Run(runner, Falling, new Shipped("falling " + pools, Settings) { Promotes = false, PoolsWindows = pools }, scale.Bandit),
            r => r.LateBestShare);

        static string Plain(Figure figure) => Text.Of($"{figure.Value:F0} ± {figure.StandardError:F1}");
    }
}
