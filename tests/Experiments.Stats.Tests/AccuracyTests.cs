using System.Globalization;
using System.Text.Json;
using Experiments.Stats.Bandits;
using Experiments.Stats.Bayesian;
using Experiments.Stats.Planning;
using Experiments.Stats.Sequential;

namespace Experiments.Stats.Tests;

/// <summary>Worst error of each function against 50-digit references (accuracy.py); the bounds are those of the doc comments.</summary>
public sealed class AccuracyTests(ITestOutputHelper output)
{
    private static readonly JsonElement Root = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", "accuracy.json"))).RootElement;

    private delegate (Evidence Evidence, TestState Next) Look<TEpoch>(
        SequentialPlan plan, double? planned, ReadOnlySpan<TEpoch> epochs, NullHypothesis nullHypothesis, TestState state);

    [Fact]
    public void ProportionTest_AgainstFiftyDigits() => Hold("proportion_test", 1e-12, c => Evidence(c, ProportionTest.Look, e =>
        new ProportionEpoch(e[0].GetDouble(), new(e[1].GetDouble(), e[2].GetDouble()), new(e[3].GetDouble(), e[4].GetDouble()))));

    [Fact]
    public void MeanTest_AgainstFiftyDigits() => Hold("mean_test", 1e-12, c => Evidence(c, MeanTest.Look, e =>
        new MeanEpoch(e[0].GetDouble(), Mean(e[1]), Mean(e[2]), 100)));

    [Fact]
    public void RatioTest_AgainstFiftyDigits() => Hold("ratio_test", 1e-11, c => Evidence(c, RatioTest.Look, Pair));

    [Fact]
    public void CupedTest_AgainstFiftyDigits() => Hold("cuped_test", 1e-11, c => Evidence(c, CupedTest.Look, Pair));

    [Fact]
    public void SafetyStop_AgainstFiftyDigits()
    {
        var oneSided = 0;
        Hold("proportion_test", 1e-12, c =>
        {
            var p = c.Numbers("plan");
            if (p[1] is not (0 or 1))
            {
                return [];
            }

            oneSided++;
            var plan = SafetyStop.Plan(p[0], higherIsBetter: p[1] == 0, p[2]);
            return Evidence(c, ProportionTest.Look, e => new ProportionEpoch(
                e[0].GetDouble(), new(e[1].GetDouble(), e[2].GetDouble()), new(e[3].GetDouble(), e[4].GetDouble())), plan);
        });
        Assert.True(oneSided > 5);
    }

    [Fact]
    public void Futility_AgainstFiftyDigits() => Hold("futility", 1e-14, c =>
        [Pairs(c.Number("chance"), Futility.ChanceToCross(Plan(c), c.Number("x"), c.Number("t")), 1)]);

    [Fact]
    public void CredibleInterval_OfProportion_AgainstFiftyDigits() => Hold("credible_interval", 1e-10, c =>
        Ends(c.Numbers("rate"), CredibleInterval.OfProportion(new(c.Number("alpha"), c.Number("beta")), c.Number("level"))));

    [Fact]
    public void CredibleInterval_OfMean_AgainstFiftyDigits() => Hold("credible_interval", 1e-11, c =>
    {
        var m = c.Numbers("moments");
        return Ends(c.Numbers("mean"), CredibleInterval.OfMean(new(m[0], m[1], m[2]), c.Number("level")));
    });

    [Fact]
    public void EffectProbability_AgainstFiftyDigits() => Hold("effect_probability", 1e-13, c =>
    [
        Pairs(c.Number("prior"), EffectProbability.Prior(Whole(c, "wins"), Whole(c, "losses"), Whole(c, "tests"))),
        Pairs(c.Number("probability"), EffectProbability.Posterior(c.Number("logEvidence"), c.Number("prior"))),
    ]);

    [Fact]
    public void SegmentShrinkage_AgainstFiftyDigits() => Hold("segment_shrinkage", 1e-14, c =>
        c.Numbers("shrunk").Zip(SegmentShrinkage.Shrink(Effects(c)), (e, a) => Pairs(e, a, 1)));

    [Fact]
    public void LearnedPrior_OfLogLift_AgainstFiftyDigits() => Hold("learned_prior", 1e-14, c =>
    {
        var prior = LearnedPrior.OfLogLift(Effects(c))!.Value;
        return [Pairs(c.Number("mean"), prior.Mean, 1), Pairs(c.Number("standardDeviation"), prior.StandardDeviation)];
    });

    [Fact]
    public void LearnedPrior_LogLiftAndCombine_AgainstFiftyDigits() => Hold("log_lift", 1e-14, c =>
    {
        var (nc, nt, prior, seen) = (c.Numbers("control"), c.Numbers("treatment"), c.Numbers("prior"), c.Numbers("observed"));
        var lift = LearnedPrior.LogLift(new(nc[0], nc[1]), new(nt[0], nt[1]))!.Value;
        var both = LearnedPrior.Combine(new(prior[0], prior[1]), new(seen[0], seen[1]));
        return
        [
            Pairs(c.Number("logLift"), lift.LogLift, 1), Pairs(c.Number("variance"), lift.Variance),
            Pairs(c.Numbers("combined")[0], both.Mean, 1), Pairs(c.Numbers("combined")[1], both.StandardDeviation),
        ];
    });

    [Fact]
    public void ExpectedLoss_AgainstFiftyDigits() => Hold("expected_loss", 1e-15, c =>
    [
        Pairs(c.Number("relative"), ExpectedLoss.Relative(c.Number("loss"), c.Number("controlMean"))!.Value),
        Pairs(c.Number("money"), ExpectedLoss.InMoney(c.Number("loss"), c.Number("value"), c.Number("users"))),
    ]);

    [Fact]
    public void ExpectedDuration_AgainstFiftyDigits() => Hold("expected_duration", 1e-14, c =>
    {
        var duration = ExpectedDuration.At(c.Number("effect"), c.GetProperty("declared").GetBoolean());
        return [Pairs(c.Number("power"), duration.Power, 1), Pairs(c.Number("share"), duration.HorizonShare, 1)];
    });

    [Fact]
    public void ValueOfRunning_AgainstFiftyDigits() => Hold("value_of_running", 1e-13, c =>
    {
        var (i, prior) = (c.Numbers("idea"), c.Numbers("prior"));
        var idea = new TestIdea(i[0], i[1], i[2], i[3], i[4], i[5], i[6], c.GetProperty("declared").GetBoolean());
        var value = ValueOfRunning.Evaluate(idea, new(prior[0], prior[1]));
        var scale = c.Number("scale") + Math.Abs(c.Number("money"));
        return
        [
            Pairs(c.Number("money"), value.Money, scale), Pairs(c.Number("perUser"), value.MoneyPerUser, scale / i[2]),
            Pairs(c.Number("days"), value.ExpectedDays),
        ];
    });

    [Fact]
    public void EffectiveTrials_AgainstFiftyDigits() => Hold("effective_trials", 1e-13, c =>
        c.Numbers("adjusted").Zip(EffectiveTrials.Compute(Table(c, "trials"), Table(c, "conversions")), (e, a) => Pairs(e, a)));

    [Fact]
    public void EBenjaminiHochberg_AgainstFiftyDigits_MarksTheSame() => Hold("e_benjamini_hochberg", 0, c =>
    {
        var evidence = c.Numbers("logEvidence");
        var discovered = new bool[evidence.Length];
        var kept = EBenjaminiHochberg.Reject(evidence, c.Number("alpha"), discovered);
        var expected = c.Numbers("discovered").Select(i => (int)i).ToHashSet();
        Assert.Equal(expected.Count, kept);
        return discovered.Select((d, i) => Pairs(expected.Contains(i) ? 1 : 0, d ? 1 : 0, 1));
    });

    [Fact]
    public void PracticalEquality_RadiusAndBorder_AreExact()
    {
        Assert.Equal(0.025, PracticalEquality.UsualRadius(0.1));
        Assert.True(PracticalEquality.Holds(new Interval(-0.025, 0.025), 0.025));
        Assert.False(PracticalEquality.Holds(new Interval(-0.025, Math.BitIncrement(0.025)), 0.025));
        Assert.False(PracticalEquality.Holds(new Interval(Math.BitDecrement(-0.025), 0), 0.025));
    }

    private void Hold(string kind, double bound, Func<JsonElement, IEnumerable<double>> errors)
    {
        var all = Root.GetProperty(kind).EnumerateArray().SelectMany(errors).ToArray();
        Assert.NotEmpty(all);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}: worst {all.Max():E1} of {all.Length}, bound {bound:E0}"));
        Assert.True(all.Max() <= bound, $"{kind}: worst error {all.Max():E3}, bound {bound:E0}");
    }

    /// <summary>Error relative to a scale, the expected value itself unless another is given.</summary>
    private static double Pairs(double expected, double actual, double? scale = null) =>
        expected == actual ? 0 : Math.Abs(expected - actual) / (scale ?? Math.Abs(expected));

    private static IEnumerable<double> Ends(double[] expected, Interval actual)
    {
        var width = expected[1] - expected[0];
        return [Pairs(expected[0], actual.Lower!.Value, width), Pairs(expected[1], actual.Upper!.Value, width)];
    }

    private static double[] Evidence<TEpoch>(
        JsonElement c, Look<TEpoch> look, Func<JsonElement, TEpoch> epoch, SequentialPlan? plan = null)
    {
        var epochs = c.GetProperty("epochs").EnumerateArray().Select(epoch).ToArray();
        var evidence = look(plan ?? Plan(c), null, epochs, NullHypothesis.OfRatio(c.Number("ratio")), TestState.Initial).Evidence;
        var expected = c.Number("logEvidence");
        return [Pairs(expected, evidence.LogEvidence, Math.Max(1, Math.Abs(expected)))];
    }

    private static SequentialPlan Plan(JsonElement c) => c.Numbers("plan") is var p ? new(p[0], p[1], p[2]) : null!;

    private static MeanMoments Mean(JsonElement a) => new(a[0].GetDouble(), a[1].GetDouble(), a[2].GetDouble());

    private static BivariateEpoch Pair(JsonElement e) => new(e[0].GetDouble(), Both(e[1]), Both(e[2]), 100);

    private static BivariateMoments Both(JsonElement a) => new(
        a[0].GetDouble(), a[1].GetDouble(), a[2].GetDouble(), a[3].GetDouble(), a[4].GetDouble(), a[5].GetDouble());

    private static PastEffect[] Effects(JsonElement c) =>
        [.. c.GetProperty("effects").EnumerateArray().Select(e => new PastEffect(e[0].GetDouble(), e[1].GetDouble()))];

    private static double[][] Table(JsonElement c, string name) =>
        [.. c.GetProperty(name).EnumerateArray().Select(row => row.EnumerateArray().Select(v => v.GetDouble()).ToArray())];

    private static int Whole(JsonElement c, string name) => c.GetProperty(name).GetInt32();
}
