using Experiments.Calibration.Bandits;
using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;

namespace Experiments.Calibration.Sections;

/// <summary>Bandits whose arms are all alike: how often one is promoted, and whether the sequence of the lift ever misses the truth.</summary>
internal sealed class BanditNull : ISection
{
    private static readonly (string Name, World World)[] Alike =
    [
        ("2 arms, 3 %", new([.03, .03])),
        ("3 arms, 3 %", new([.03, .03, .03])),
        ("5 arms, 3 %", new([.03, .03, .03, .03, .03])),
        ("3 arms, 3 %, week-ends doubled", new([.03, .03, .03]) { Season = t => t % 7 >= 5 ? 2 : 1 }),
        ("3 arms, 3 %, outcomes over 4 windows", new([.03, .03, .03]) { Arrived = [.5, .75, .9, 1] }),
        ("3 arms, 3 %, 100 users a window", new([.03, .03, .03]) { Users = 100 }),
        ("3 arms, 0.5 %", new([.005, .005, .005])),
    ];

    private static readonly (string Name, World World)[] Different =
    [
        ("3 and 3.6 %", new([.03, .036])),
        ("5 arms, 2 to 2.8 %", new([.02, .022, .018, .024, .028])),
    ];

    public string Name => "bandit-null";

    public int Batches => Alike.Length + Different.Length;

    public Chapter Measure(Scale scale, Runner runner)
    {
        var chapter = new Chapter("Bandits: false promotions and intervals");
        var (rows, worst, widest) = (new List<string[]>(), 0.0, 0.0);
        foreach (var (name, world) in Alike.Concat(Different))
        {
            var policy = BanditRegret.Balanced with { ChecksCoverage = true };
            var runs = runner.Run("bandit null " + name, scale.BanditNull, random => policy.Run(random, world));
            var (wrong, excluded) = (Figure.Share(runs, r => r.Promoted >= 0), Figure.Share(runs, r => r.Excluded));
            var isNull = world.Rates.Distinct().Count() == 1;
            rows.Add([name, isNull ? wrong.Percent() : "", excluded.Percent()]);
            if (isNull)
            {
                worst = Math.Max(worst, wrong.Value);
                chapter.Checks.Add(Limit(scale, name + ", wrong promotions", wrong));
            }

            widest = Math.Max(widest, excluded.Value);
            chapter.Checks.Add(Limit(scale, name + ", sequence excludes the truth", excluded));
        }

        chapter.Setting = Text.Of($"Default settings, 1,000 users a window unless said otherwise, 60 windows, a look after each, nothing waits for days or cycles; {scale.BanditNull:N0} runs a line. The 95 % sequence is that of arm 1's lift over the control.");
        chapter.Says = Text.Of($"A bandit whose arms are alike promotes one in at most {100 * worst:F1} % of runs; the 95 % sequence ever excludes the truth in at most {100 * widest:F1} %, whatever the weights did.");
        chapter.Tables.Add(new Table("", ["arms", "wrong promotions", "sequence ever excludes the truth"], rows));
        return chapter;
    }

    private static Check Limit(Scale scale, string name, Figure figure)
    {
        var band = Figure.Band(0.05, figure.Runs);
        return new Check(name, figure.Value, band, 0, scale.Widened(0.05, band));
    }
}
