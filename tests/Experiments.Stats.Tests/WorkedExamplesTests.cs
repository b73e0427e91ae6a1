using System.Globalization;
using System.Runtime.CompilerServices;
using Experiments.Stats.Bandits;
using Experiments.Stats.Bayesian;
using Experiments.Stats.Planning;
using Experiments.Stats.Quality;
using Experiments.Stats.Sequential;
using Experiments.Stats.Tests.Bandits;

namespace Experiments.Stats.Tests;

/// <summary>Every number of the worked examples under docs/stats is computed here and must stand on its page.</summary>
public sealed class WorkedExamplesTests
{
    private static readonly SequentialPlan Plan = new(0.05, 0.8, 28_000);
    private static readonly ProportionEpoch[] Shop = [new(0.5, new ProportionCounts(7000, 420), new ProportionCounts(7000, 350))];

    public static TheoryData<string> Pages => [.. Examples().Select(e => e.Page).Distinct()];

    [Theory, MemberData(nameof(Pages))]
    public void WorkedExample_NumbersOfThePage_AreComputed(string page)
    {
        var text = string.Join(" ", File.ReadAllText(Path.Combine(Documentation(), page)).Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
        Assert.All(Examples().Where(e => e.Page == page), e => Assert.Contains(e.Text, text, StringComparison.Ordinal));
    }

    internal static IEnumerable<(string Page, string Text)> Examples()
    {
        return
        [
            .. Add("proportion-evidence.md", Proportion()),
            .. Add("mean-evidence.md", Mean()),
            .. Add("ratio-of-sums.md", Ratio()),
            .. Add("cuped.md", Adjusted()),
            .. Add("confidence-sequence.md", Sequence()),
            .. Add("several-questions.md", Several()),
            .. Add("guardrails-and-stops.md", Stops()),
            .. Add("sample-ratio-mismatch.md", SampleRatio()),
            .. Add("beta-comparison.md", Beta()),
            .. Add("normal-comparison.md", Normal()),
            .. Add("probability-best.md", Best()),
            .. Add("learned-prior.md", Prior()),
            .. Add("planning.md", Planned()),
            .. Add("segments.md", Segments()),
            .. Add("drift-adjusted-trials.md", Drift()),
            .. BanditExamples.All(),
        ];

        static IEnumerable<(string, string)> Add(string page, IEnumerable<string> texts) => texts.Select(t => (page, t));
    }

    private static IEnumerable<string> Proportion()
    {
        var (e, state) = ProportionTest.Look(Plan, 0.05, Shop, NullHypothesis.NoEffect, TestState.Initial);
        yield return Text($"c = {Plan.Boundary.Up.Line:F4}, q = {Plan.Boundary.Up.CrossingProbability:F5}");
        yield return Text($"x = {e.X:F4}, t = {e.T:F4}");
        yield return Text($"ln BF_up = {e.LogBayesFactorUp:F4}, D_up = {e.DoobUp:F2}");
        yield return Text($"ln E = {e.LogEvidence:F4}");
        yield return Text($"{Math.Exp(e.LogEvidence):F1} : 1");
        yield return Text($"p = {state.AnytimePValue:F3}");
    }

    private static IEnumerable<string> Mean()
    {
        var t = MeanMoments.FromSums(5000, 5610, 31_000);
        var c = MeanMoments.FromSums(5000, 5100, 27_500);
        MeanEpoch[] epochs = [new(0.5, t, c, 4000)];
        var (e, state) = MeanTest.Look(new SequentialPlan(0.05, 0.8, 16_000), null, epochs, NullHypothesis.NoEffect, TestState.Initial);
        yield return Text($"means {t.Mean:F3} and {c.Mean:F3}, variances {t.Variance:F4} and {c.Variance:F4}");
        yield return Text($"Welch {MeanEvidence.WelchVariance(t, c):F7}, pooled {MeanEvidence.PooledVariance(t, c):F7}");
        yield return Text($"sigma2 = {state.Sigma2:F4}, VH = {e.HorizonInformation:F1}");
        yield return Text($"x = {e.X:F4}, t = {e.T:F4}, ln E = {e.LogEvidence:F4}");
    }

    private static IEnumerable<string> Ratio()
    {
        var r = RatioOfSums.Estimate(BivariateMoments.FromSums(1000, 4210, 1530, 41_000, 4100, 9000))!.Value;
        yield return Text($"R = {r.Ratio:F5}, var(R) = {r.Variance:F6}, standard error {Math.Sqrt(r.Variance):F4}");
    }

    private static IEnumerable<string> Adjusted()
    {
        BivariateMoments[] arms =
        [
            BivariateMoments.FromSums(1000, 2100, 1900, 9000, 8000, 6500), BivariateMoments.FromSums(1010, 2230, 1950, 9700, 8300, 6900),
        ];
        var a = Cuped.Adjust(arms);
        yield return Text($"theta = {a.Theta:F4}, mean covariate {a.CovariateMean:F4}");
        yield return Text($"adjusted means {a.Adjusted[0].Mean:F4} and {a.Adjusted[1].Mean:F4}");
        var share = a.Adjusted[0].Variance / (arms[0].DeviationsYY / 999);
        yield return Text($"variance {arms[0].DeviationsYY / 999:F3} falls to {a.Adjusted[0].Variance:F3}, {1 - share:P0} fewer users");
    }

    private static IEnumerable<string> Sequence()
    {
        var lift = ConfidenceSequence.RelativeLift(Plan, 0.05, Shop);
        var difference = ConfidenceSequence.Difference(Plan, 0.05, Shop);
        yield return Text($"[{lift.Lower:P2}, {lift.Upper:P2}]");
        yield return Text($"[{difference.Lower:F5}, {difference.Upper:F5}]");
        ProportionEpoch[] early = [new(0.5, new ProportionCounts(500, 30), new ProportionCounts(500, 25))];
        var wide = ConfidenceSequence.RelativeLift(Plan, 0.05, early);
        yield return Text($"[{wide.Lower:P1}, {(wide.Upper is { } upper ? Text($"{upper:P1}") : "unbounded")}]");
    }

    private static IEnumerable<string> Several()
    {
        double[] e = [90, 25, 0.1, 0.5];
        var adjusted = new double[4];
        ClosedAveraging.Adjust(e.Select(v => Math.Log(v)).ToArray(), adjusted);
        yield return Text($"E* = {string.Join(", ", adjusted.Select(v => Text($"{Math.Exp(v):F2}")))}");
        var discovered = new bool[4];
        var count = EBenjaminiHochberg.Reject(e.Select(v => Math.Log(v)).ToArray(), 0.1, discovered);
        yield return Text($"{count} discoveries");
    }

    private static IEnumerable<string> Stops()
    {
        var guard = GuardrailPlan.Create(0.02, true, 1, 28_000);
        ProportionEpoch[] epochs = [new(0.5, new ProportionCounts(10_000, 380), new ProportionCounts(10_000, 520))];
        var harm = ProportionTest.Look(guard.Harmful, 0.05, epochs, guard.NullHypothesis, TestState.Initial).Evidence;
        var harmless = ProportionTest.Look(guard.Harmless, 0.05, epochs, guard.NullHypothesis, TestState.Initial).Evidence;
        yield return Text($"ln E of harm {harm.LogEvidence:F2}, of harmless {harmless.LogEvidence:F2}");
        yield return Text($"chance {Futility.ChanceToCross(Plan, 0.1, 0.6):P2}");
        yield return Text($"chance {Futility.ChanceToCross(Plan, 1.6, 0.6):P1}");
    }

    private static IEnumerable<string> SampleRatio()
    {
        AllocationEpoch[] games = [new(new[] { 0.5, 0.5 }, new[] { 44_700.0, 45_489 })];
        var r = SampleRatioMismatch.Check(games);
        var chi = SampleRatioMismatch.ChiSquare(games)!.Value;
        yield return Text($"ln E = {r.LogEvidence:F4}, odds {Math.Exp(r.LogEvidence):F1} : 1");
        yield return Text($"chi-square {chi.Statistic:F3}, p = {chi.PValue:F4}");
    }

    private static IEnumerable<string> Beta()
    {
        var control = BetaPosterior.FromCounts(new ProportionCounts(44_700, 8502));
        var treatment = BetaPosterior.FromCounts(new ProportionCounts(45_489, 8279));
        var c = BetaComparison.Compare(control, treatment);
        var lift = BetaComparison.RelativeLiftInterval(control, treatment, 0.95);
        yield return Text($"P(treatment beats control) = {c.ProbabilityTreatmentBeats:F5}");
        yield return Text($"expected loss of the treatment {c.ExpectedLossOfTreatment:F6}, of the control {c.ExpectedLossOfControl:E2}");
        yield return Text($"[{lift.Lower:P2}, {lift.Upper:P2}]");
        yield return Text($"relative loss {ExpectedLoss.Relative(c.ExpectedLossOfTreatment, control.Mean):P1}");
    }

    private static IEnumerable<string> Normal()
    {
        var c = NormalComparison.Compare(-1.157488453953249, 1.3072504173055115);
        yield return Text($"P = {c.ProbabilityTreatmentBeats:F4}, loss of the treatment {c.ExpectedLossOfTreatment:F4}, of the control {c.ExpectedLossOfControl:F4}");
        MeanMoments a = new(12, 5, 11 * 4), b = new(15, 6.5, 14 * 9);
        var s = NormalComparison.Compare(a, b)!.Value;
        yield return Text($"nu = {NormalComparison.WelchDegreesOfFreedom(a, b):F1}, P = {s.ProbabilityTreatmentBeats:F4}");
    }

    private static IEnumerable<string> Best()
    {
        var p = ProbabilityBest.Beta([new(351, 6651), new(421, 6581), new(390, 6612)]);
        yield return Text($"{p[0]:F4}, {p[1]:F4}, {p[2]:F4}");
    }

    private static IEnumerable<string> Prior()
    {
        PastEffect[] past = [new(0.02, 0.0009), new(-0.03, 0.0004), new(0.10, 0.0025), new(0.01, 0.0004), new(0.05, 0.0009), new(-0.01, 0.0016)];
        var prior = LearnedPrior.OfLogLift(past)!.Value;
        var observed = LearnedPrior.LogLift(Shop[0].Control, Shop[0].Treatment)!.Value;
        var posterior = LearnedPrior.Combine(prior, observed);
        yield return Text($"prior N({prior.Mean:F4}, {prior.StandardDeviation:F4}^2)");
        yield return Text($"observed {observed.LogLift:F4} with standard error {Math.Sqrt(observed.Variance):F4}");
        yield return Text($"posterior N({posterior.Mean:F4}, {posterior.StandardDeviation:F4}^2)");
        yield return Text($"probability of an effect {EffectProbability.Posterior(Math.Log(20), EffectProbability.UsualPrior):F3}");
    }

    private static IEnumerable<string> Planned()
    {
        var users = HorizonPlanning.UsersForProportion(0.05, 0.5, 0.1);
        yield return Text($"N = {users:F0}");
        yield return Text($"{HorizonPlanning.Days(users, 2000):F1} days");
        yield return Text($"power at least {HorizonPlanning.Power(0.05, 0.8, 2.8):P1}");
        var at = ExpectedDuration.At(2.8, true);
        yield return Text($"{at.Power:P1} in simulation, {at.HorizonShare:P1} of the horizon on average");
        var value = ValueOfRunning.Evaluate(new TestIdea(0.05, 0.5, users, 2000, 730_000, 100, 50, true), ValueOfRunning.UsualPrior);
        yield return Text($"{value.Money:F0} of money, {value.ExpectedDays:F1} days expected");
    }

    private static IEnumerable<string> Segments()
    {
        (ProportionCounts Control, ProportionCounts Treatment)[] countries =
            [(new(2000, 100), new(2000, 140)), (new(10_000, 500), new(10_000, 520)), (new(1200, 60), new(1200, 54)), (new(5000, 250), new(5000, 265))];
        PastEffect[] seen = [.. countries.Select(c => LearnedPrior.LogLift(c.Control, c.Treatment)!.Value)];
        var shrunk = SegmentShrinkage.Shrink(seen);
        yield return "Observed lifts " + Lifts(seen.Select(e => e.LogLift));
        yield return "shrunk " + Lifts(shrunk);

        // The share kept of one segment's distance to the centre is tau2/(tau2 + v): tau follows from it.
        var centre = seen.Sum(e => e.LogLift / e.Variance) / seen.Sum(e => 1 / e.Variance);
        var kept = (shrunk[0] - centre) / (seen[0].LogLift - centre);
        yield return Text($"centre {Math.Exp(centre) - 1:P1}, tau = {Math.Sqrt(kept * seen[0].Variance / (1 - kept)):F4}");

        static string Lifts(IEnumerable<double> logs) => string.Join(", ", logs.Select(l => Text($"{Math.Exp(l) - 1:P1}")));
    }

    private static IEnumerable<string> Drift()
    {
        var adjusted = EffectiveTrials.Compute([[9000, 1000], [1000, 9000]], [[180, 20], [80, 720]]);
        yield return Text($"Adjusted trials {adjusted[0]:F0} and {adjusted[1]:F0}, rates {260 / adjusted[0]:P2} and {740 / adjusted[1]:P2}");
        yield return Text($"plain rates {260 / 10_000.0:P2} and {740 / 10_000.0:P2}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Documentation([CallerFilePath] string source = "")
    {
        foreach (var start in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(source)! })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var candidate = Path.Combine(folder.FullName, "docs", "stats");
                if (Directory.Exists(candidate))
                {
                    return candidate;
                }
            }
        }

        throw new DirectoryNotFoundException("docs/stats is not above the tests.");
    }
}
