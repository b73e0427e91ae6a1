using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;
using Experiments.Stats.Bandits;

namespace Experiments.Calibration.Sections;

/// <summary>The life of a best practice: how soon it is demoted once it turns bad, how rarely while it does not.</summary>
internal sealed class HoldbackLife : ISection
{
    private const int TurnsAfter = 13; // cycles: 91 days
    private const int Cycles = 52;
    private const double Base = 0.03;

    private static readonly (int Users, double Later, double Reference, int Tolerance)[] Bad =
    [
        (10_000, -0.20, 14, 1), (10_000, -0.10, 35, 1), (10_000, -0.05, 84, 2), (2000, -0.20, 28, 1), (2000, -0.10, 70, 1), (2000, -0.05, 172, 2),
    ];

    private static readonly (string Name, Func<int, double> Effect, double Limit)[] Fair =
    [
        ("+10 % for ever", _ => 0.10, 0.02), ("+2 % for ever", _ => 0.02, 0.08), ("no effect", _ => 0, 0.31),
        ("+25 % on five days, -30 % on two", day => day % 7 < 5 ? 0.25 : -0.30, 0.02),
    ];

    public string Name => "holdback";

    public int Batches => Bad.Length + Fair.Length + 1;

    public Chapter Measure(Scale scale, Runner runner)
    {
        var chapter = new Chapter("Best practices: how soon a bad one goes, how rarely a good one");
        var (late, wrong, curves) = (new List<string[]>(), new List<string[]>(), new List<Series>());
        foreach (var (users, later, reference, tolerance) in Bad)
        {
            var runs = runner.Run(Text.Of($"holdback {users} {later}"), scale.Bandit, random => new Practice(random, users, new HoldbackPlan()).DemotedAfter(
                TurnsAfter + (2 * Cycles), day => day < 7 * TurnsAfter ? 0.10 : later));
            int[] days = [.. runs.Where(d => d is null or > 7 * TurnsAfter).Select(d => d is { } day ? day - (7 * TurnsAfter) : int.MaxValue)];
            var median = days.Order().ElementAt(days.Length / 2);
            late.Add([Text.Of($"{users:N0} users a day, {100 * later:0} %"), Text.Of($"{median}"), Text.Of($"{reference:0}")]);
            chapter.Checks.Add(new Check(late[^1][0] + ", median days", median, 0, reference - (7 * tolerance), scale == Scale.Full ? reference + (7 * tolerance) : reference + (7 * (tolerance + 2))));
            curves.Add(new Series(late[^1][0], [.. Enumerable.Range(0, 41).Select(c => (7.0 * c, days.Count(d => d <= 7 * c) / (double)days.Length))]));
        }

        foreach (var (name, effect, limit) in Fair)
        {
            var share = InAYear(runner, scale, name, effect, new HoldbackPlan());
            wrong.Add([name, share.Percent()]);
            var band = Figure.Band(limit, scale.Bandit);
            chapter.Checks.Add(new Check(name + ", demoted in a year", share.Value, band, 0, scale.Widened(limit, band)));
        }

        var daily = InAYear(runner, scale, Fair[^1].Name + ", stepped daily", Fair[^1].Effect, new HoldbackPlan { CycleDays = 1 });
        wrong.Add([Fair[^1].Name + ", were the detector stepped daily", daily.Percent()]);
        chapter.Setting = Text.Of($"3 % of users convert, with a wave of ±30 % over the week; holdback 5 %, 25 % on suspicion, whole weeks; {scale.Bandit:N0} runs a line. Above: a practice worth +10 % for 91 days, then worse by the share named. Below: 10,000 users a day, a year.");
        chapter.Says = Text.Of($"With 10,000 users a day a practice that turned 20 % worse is gone after {late[0][1]} days, one that turned 5 % worse after {late[2][1]}; a practice without any effect is demoted in {wrong[2][1]} % of years.");
        chapter.Tables.Add(new Table("Median days from the turn to the demotion", ["turn", "days", "reference"], late));
        chapter.Tables.Add(new Table("Share of practices demoted within a year, %", ["practice", "demoted"], wrong));
        chapter.Plots.Add(new Plot("holdback.svg", "Share of practices demoted over the days since they turned bad", new LineChart("Practices that turned bad", "days since the turn", "share demoted", 280, 1, curves).Svg()));
        return chapter;
    }

    private static Figure InAYear(Runner runner, Scale scale, string name, Func<int, double> effect, HoldbackPlan plan) => Figure.Share(
        runner.Run("holdback " + name, scale.Bandit, random => new Practice(random, 10_000, plan).DemotedAfter(Cycles * 7 / plan.CycleDays, effect)),
        d => d is not null);

    /// <summary>A promoted practice with its holdback, watched by the shipped detector.</summary>
    private sealed class Practice(Generator random, int users, HoldbackPlan plan)
    {
        /// <summary>Days until the demotion; null for none within so many cycles.</summary>
        internal int? DemotedAfter(int cycles, Func<int, double> effect)
        {
            var (state, share) = (HoldbackState.Initial, plan.Holdback);
            for (var cycle = 0; cycle < cycles; cycle++)
            {
                var (served, held) = (0, 0);
                for (var day = cycle * plan.CycleDays; day < (cycle + 1) * plan.CycleDays; day++)
                {
                    var rate = Base * (1 + (0.3 * Math.Sin(2 * Math.PI * day / 7)));
                    var old = random.Binomial(users, share);
                    held += random.Binomial(old, rate);
                    served += random.Binomial(users - old, rate * (1 + effect(day)));
                }

                var (next, _, action) = HoldbackDetector.Close(plan, state, [new SplitStratum(1 - share, served, held)]);
                if (action == HoldbackAction.Demote)
                {
                    return (cycle + 1) * plan.CycleDays;
                }

                (state, share) = (next, plan.HoldbackAfter(action));
            }

            return null;
        }
    }
}
