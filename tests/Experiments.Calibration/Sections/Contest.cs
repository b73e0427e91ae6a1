using Experiments.Calibration.Methods;
using Experiments.Calibration.Report;
using Experiments.Calibration.Simulation;
using Experiments.Stats.Sequential;

namespace Experiments.Calibration.Sections;

/// <summary>The shipped test with and without a direction beside its competitors, all on the same simulated users.</summary>
internal sealed class Contest
{
    internal const string Declared = "this library, rise declared";
    internal const string Symmetric = "this library, no direction";

    private readonly ICompetitor[] _competitors;

    private Contest(ICompetitor[] competitors) => _competitors = competitors;

    internal string[] Names => [Declared, Symmetric, .. _competitors.Select(c => c.Name)];

    /// <summary>Weekly and daily O'Brien-Fleming for a test of so many days.</summary>
    internal static Contest OfDays(int days) => new(
    [
        new FixedHorizon(), new OBrienFleming(days / 7, "weekly"), new OBrienFleming(days, "daily"), new MixtureSprt(),
        new WaldSprt(), new NaivePeeking(),
    ]);

    /// <summary>As many looks as wanted, five analyses of O'Brien-Fleming.</summary>
    internal static Contest OfLooks() => new(
    [
        new FixedHorizon(), new OBrienFleming(5, "5 analyses"), new MixtureSprt(), new WaldSprt(), new NaivePeeking(),
    ]);

    /// <summary>One run, look by look.</summary>
    /// <param name="pair">The data.</param>
    /// <param name="horizonUsers">N.</param>
    /// <param name="looksToHorizon">Looks until N.</param>
    /// <param name="looks">Looks in all.</param>
    /// <param name="effect">What Wald's test is told, in standard deviations at the horizon.</param>
    /// <returns>Per method the look of its first rejection, negative when it pointed down, 0 when there was none.</returns>
    internal int[] Run(IPair pair, int horizonUsers, int looksToHorizon, int looks, double effect)
    {
        ShippedTest[] shipped = [new(new SequentialPlan(0.05, 0.8, horizonUsers)), new(new SequentialPlan(0.05, 0.5, horizonUsers))];
        var stops = new int[shipped.Length + _competitors.Length];
        for (var look = 1; look <= looks; look++)
        {
            pair.Add(horizonUsers / looksToHorizon);
            for (var i = 0; i < shipped.Length; i++)
            {
                pair.ShowTo(shipped[i]);
                stops[i] = shipped[i].Direction * shipped[i].Crossing;
            }

            var glance = new Glance(look, looksToHorizon, pair.Z, effect);
            for (var i = 0; i < _competitors.Length; i++)
            {
                if (stops[i + shipped.Length] == 0 && _competitors[i].Rejects(glance))
                {
                    stops[i + shipped.Length] = glance.Z < 0 ? -look : look;
                }
            }
        }

        return stops;
    }

    /// <summary>Share of runs that rejected in the right direction.</summary>
    internal static Figure Power(int[][] runs, int method) => Figure.Share(runs, r => r[method] > 0);

    /// <summary>Mean share of the horizon used; a run without a rejection uses all of it.</summary>
    internal static Figure Share(int[][] runs, int method, int looks) =>
        Figure.Mean(runs, r => r[method] == 0 ? 1 : Math.Abs(r[method]) / (double)looks);
}
