using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;
using Experiments.Stats.Planning;

namespace Experiments.Calibration.Sections;

/// <summary>Power and mean share of the horizon of the four designs, daily looks, beside every competitor.</summary>
internal sealed class Power : ISection
{
    public string Name => "power";

    public int Batches => Designs.Sum(d => d.Effects.Length);

    public Chapter Measure(Scale scale, Runner runner)
    {
        var chapter = new Chapter("Power and duration")
        {
            Setting = Text.Of($"Daily looks until the horizon, equal shares; {scale.Power:N0} runs an effect, all methods on the same users. Power: share of runs that decide for the treatment. Duration: mean share of the horizon used, a run without a decision counts whole. O'Brien-Fleming: the classic line on the score at equally spaced analyses (one a week, or one a day), two-sided 5 %. mSPRT: mixture as wide as the effect the horizon is planned for. Wald's test knows the true effect. Naive peeking has no error control: its power is bought with the false positives above."),
        };
        var (saved, lost) = (1.0, 0.0);
        foreach (var design in Designs)
        {
            var contest = Contest.OfDays(design.Days);
            var names = contest.Names;
            var power = names.Select(n => new List<string> { n }).ToArray();
            var share = names.Select(n => new List<string> { n }).ToArray();
            foreach (var effect in design.Effects)
            {
                var runs = runner.Run(
                    design.Name + effect.Name, scale.Power,
                    random => contest.Run(effect.Pair(random), design.Users, design.Days, design.Days, effect.AtHorizon));
                for (var i = 0; i < names.Length; i++)
                {
                    var (found, used) = (Contest.Power(runs, i), Contest.Share(runs, i, design.Days));
                    power[i].Add(found.Percent());
                    share[i].Add(used.Plain());
                    if (i < 2)
                    {
                        Expect(chapter, scale, Text.Of($"power, {design.Name}, {effect.Name}, {names[i]}"), found, i == 0 ? effect.Declared : effect.Symmetric, 0.03);
                    }

                    if (i == 0 && effect == design.Effects[^1])
                    {
                        saved = Math.Min(saved, 1 - used.Value);
                        lost = Math.Max(lost, Contest.Power(runs, 2).Value - found.Value);
                        Expect(chapter, scale, Text.Of($"share of the horizon, {design.Name}, {effect.Name}"), used, design.Share, 0.02);
                    }
                }
            }

            string[] columns = ["", .. design.Effects.Select(e => e.Name)];
            chapter.Tables.Add(new Table(Text.Of($"**{design.Name}**: power, %"), columns, [.. power.Select(r => r.ToArray())]));
            chapter.Tables.Add(new Table(Text.Of($"**{design.Name}**: mean share of the horizon"), columns, [.. share.Select(r => r.ToArray())]));
        }

        chapter.Says = Text.Of($"At each design's largest effect a declared rise is decided with at least {100 * saved:F0} % of the planned users to spare, for at most {100 * lost:F1} points of power less than a test that may not look before the end.");
        return chapter;
    }

    private static void Expect(Chapter chapter, Scale scale, string name, Figure figure, double expected, double tolerance)
    {
        var room = scale.Widened(tolerance, figure.StandardError);
        chapter.Checks.Add(new Check(name, figure.Value, figure.StandardError, expected - room, expected + room));
    }

    /// <summary>An effect, with the power the specification measured for a declared rise and without direction.</summary>
    internal sealed record Effect(string Name, double Declared, double Symmetric, double AtHorizon, Func<Generator, IPair> Pair);

    internal sealed record Design(string Name, int Days, int Users, double Share, Effect[] Effects);

    private static readonly Design[] Designs =
    [
        Rates("5 % base, 500 users per arm and day, 28 days", 0.05, 1000, 28, 0.54, [(0.05, 0.12, 0.09), (0.1, 0.38, 0.31), (0.2, 0.92, 0.89)]),
        Rates("2 % base, 100 users per arm and day, 56 days", 0.02, 200, 56, 0.47, [(0.2, 0.23, 0.18), (0.4, 0.68, 0.61), (0.6, 0.95, 0.93)]),
        Rates("40 % base, 1,000 users per arm and day, 28 days", 0.4, 2000, 28, 0.37, [(0.01, 0.13, 0.10), (0.02, 0.44, 0.37), (0.05, 0.99, 0.99)]),
        Revenue(),
    ];

    internal static Effect Rate(double rate, double lift, int daily, int users, double declared = 0, double symmetric = 0)
    {
        var law = new ConversionLaw(0.5, rate * (1 + lift), rate, daily);
        return new Effect(
            Text.Of($"+{100 * lift:0.#} %"), declared, symmetric, HorizonPlanning.EffectAtHorizon(rate, 0.5, lift, users),
            random => new ConversionPair(random, law));
    }

    private static Design Rates(
        string name, double rate, int daily, int days, double share, (double Lift, double Declared, double Symmetric)[] effects) =>
        new(name, days, daily * days, share, [.. effects.Select(e => Rate(rate, e.Lift, daily, daily * days, e.Declared, e.Symmetric))]);

    private static Design Revenue()
    {
        const int Daily = 2000;
        const int Days = 28;
        var control = new Baskets(0.03, 3.5, 0.8, 500);
        return new Design(
            "Revenue, 3 % buyers, lognormal(3.5, 0.8), cap 500, 1,000 users per arm and day, 28 days", Days, Daily * Days, 0.54,
            [
                Money("buyers +5 %", control with { Buyers = 0.0315 }, 0.07, 0.05),
                Money("buyers +10 %", control with { Buyers = 0.033 }, 0.22, 0.17),
                Money("buyers +20 %, baskets +5 %", control with { Buyers = 0.036, LogMean = 3.5 + Math.Log(1.05) }, 0.90, 0.87),
            ]);

        Effect Money(string name, Baskets treated, double declared, double symmetric)
        {
            var law = new RevenueLaw(0.5, treated, control, Daily);
            var (t, c) = (treated.Moments, control.Moments);
            var effect = (t.Mean - c.Mean) / Math.Sqrt(2 * (t.Variance + c.Variance) / (Daily * Days));
            return new Effect(name, declared, symmetric, effect, random => new RevenuePair(random, law));
        }
    }
}
