using Experiments.Calibration.Bandits;
using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;
using Experiments.Stats.Bandits;

namespace Experiments.Calibration.Sections;

/// <summary>What learning costs and how soon a winner is proved, beside equal weights with the same proof and the literature's policies.</summary>
internal sealed class BanditRegret : ISection
{
    private const int Plotted = 3;

    // Rates, and by shipped method the reference's regret, share of runs with a promotion, mean window of it (60 if none).
    private static readonly (double[] Rates, (double Regret, double Promoted, double Time)[] Reference)[] Settings =
    [
        ([.05, .055], [(110, .59, 43.0), (70, .39, 48.8), (94, .48, 46.9)]),
        ([.03, .036], [(88, .94, 27.2), (61, .78, 36.6), (74, .89, 31.2)]),
        ([.03, .03, .036], [(171, .68, 42.0), (91, .64, 43.9), (106, .80, 37.7)]),
        ([.02, .022, .018, .024, .028], [(238, .75, 41.3), (120, .92, 33.0), (134, .95, 28.2)]),
        ([.01, .01, .01, .012, .012, .013, .014, .015, .016, .02], [(327, .64, 47.5), (155, .98, 27.2), (182, .97, 26.7)]),
    ];

    internal static readonly Shipped Balanced = new("bandit, balanced (control 0.20)", BanditSettings.Default);

    private static readonly Shipped[] Methods =
    [
        new("equal weights, same proof", BanditSettings.Default) { IsUniform = true },
        Balanced,
        new("bandit, decide (control 0.3333)", new BanditSettings { ControlShare = 0.3333 }),
    ];

    public string Name => "bandit-regret";

    public int Batches => Settings.Length * (Methods.Length + Competitor.All.Length);

    public Chapter Measure(Scale scale, Runner runner)
    {
        var chapter = new Chapter("Bandits: what learning costs");
        var (rows, curves) = (new List<string[]>(), new List<Series>());
        var (regrets, equal) = (0.0, 0.0);
        for (var i = 0; i < Settings.Length; i++)
        {
            var world = new World(Settings[i].Rates);
            for (var m = 0; m < Methods.Length; m++)
            {
                var runs = Run(runner, world, Methods[m], scale.Bandit);
                var (regret, promoted, time) = Figures(runs);
                Check(chapter, scale, world.Name + ", " + Methods[m].Name, Settings[i].Reference[m], regret, promoted, time);
                rows.Add([world.Name, Methods[m].Name, Text.Of($"{regret.Value:F0} ± {regret.StandardError:F1}"), promoted.ShortPercent(), Text.Of($"{time.Value:F1}"), Late(runs)]);
                (regrets, equal) = (regrets + (m == 1 ? regret.Value : 0), equal + (m == 0 ? regret.Value : 0));
                Plot(curves, i, Methods[m].Name, runs);
            }

            foreach (var policy in Competitor.All)
            {
                var runs = Run(runner, world, policy, scale.Competitors);
                var regret = Figure.Mean(runs, r => r.Regret);
                rows.Add([world.Name, policy.Name, Text.Of($"{regret.Value:F0} ± {regret.StandardError:F1}"), "", "", Late(runs)]);
                Plot(curves, i, policy.Name, runs);
            }
        }

        chapter.Setting = Text.Of($"1,000 new users a window, 60 windows, control first; {scale.Bandit:N0} runs a line of this library, {scale.Competitors:N0} of the others. This library learns at the end of each window, keeps a floor of 1 % and the control's share, and after a proof serves the winner to 97 %. The others see each outcome at once (index policies after every 50 users), keep no control share and prove nothing. Regret = conversions lost against serving the best arm alone; time = mean window of the promotion, 60 if none.");
        chapter.Says = Text.Of($"Over the five settings the balanced bandit loses {100 * regrets / equal:F0} % of what equal weights with the same proof lose. Thompson sampling without a control share loses less still, and never knows whether it was right: that difference is the price of a proof.");
        chapter.Tables.Add(new Table("", ["rates", "policy", "regret", "promoted, %", "time", "best arm in the last ten windows, %"], rows));
        chapter.Plots.Add(new Plot("bandit-best-arm.svg", "Share of users on the best arm over the windows, all policies", new LineChart("Users who see the best of five arms", "window", "share on the best arm", 60, 1, curves).Svg()));
        return chapter;
    }

    internal static Outcome[] Run(Runner runner, World world, IPolicy policy, int runs) =>
        runner.Run(Text.Of($"bandit {world.Name} {policy.Name}"), runs, random => policy.Run(random, world));

    private static (Figure Regret, Figure Promoted, Figure Time) Figures(Outcome[] runs) => (
        Figure.Mean(runs, r => r.Regret), Figure.Share(runs, r => r.PromotedAt > 0),
        Figure.Mean(runs, r => r.PromotedAt > 0 ? r.PromotedAt : r.BestShare.Length));

    private static void Check(
        Chapter chapter, Scale scale, string name, (double Regret, double Promoted, double Time) reference, Figure regret, Figure promoted, Figure time)
    {
        chapter.Checks.Add(new Check(name + ", regret", regret.Value, regret.StandardError, 0, scale.Widened(1.1 * reference.Regret, regret.StandardError)));
        var band = Figure.Band(reference.Promoted, promoted.Runs);
        chapter.Checks.Add(new Check(name + ", promoted", promoted.Value, band, reference.Promoted - scale.Widened(0.07, band), 1));
        chapter.Checks.Add(new Check(name + ", time", time.Value, time.StandardError, 0, scale.Widened(reference.Time + 3, time.StandardError)));
    }

    private static void Plot(List<Series> curves, int setting, string name, Outcome[] runs)
    {
        if (setting == Plotted)
        {
            curves.Add(new Series(name, [.. Enumerable.Range(0, runs[0].BestShare.Length).Select(t => (t + 1.0, runs.Average(r => r.BestShare[t])))]));
        }
    }

    private static string Late(Outcome[] runs) => Figure.Mean(runs, r => r.LateBestShare).ShortPercent();
}
