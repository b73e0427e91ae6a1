using System.Globalization;
using Experiments.Stats.Bayesian;

namespace Experiments.Stats.Tests.Bayesian;

public sealed class BetaComparisonTests
{
    public static TheoryData<int> Cases => Vectors.Indices("beta_compare");

    [Theory, MemberData(nameof(Cases))]
    public void Compare_GoldenVector_MatchesReference(int index)
    {
        var v = Vectors.Case("beta_compare", index);
        var c = v.Numbers("control");
        var t = v.Numbers("treatment");
        var (control, treatment) = (new BetaPosterior(c[0], c[1]), new BetaPosterior(t[0], t[1]));
        var result = BetaComparison.Compare(control, treatment);
        Vectors.Near(v.Number("probability_treatment_beats"), result.ProbabilityTreatmentBeats, what: "p");
        Vectors.NearRelative(v.Number("expected_loss_of_treatment"), result.ExpectedLossOfTreatment, what: "loss T");
        Vectors.NearRelative(v.Number("expected_loss_of_control"), result.ExpectedLossOfControl, what: "loss C");
        Vectors.Near(
            treatment.Mean - control.Mean, result.ExpectedLossOfControl - result.ExpectedLossOfTreatment, 1e-12, "gain - loss");
        foreach (var q in v.GetProperty("relative_lift_quantiles").EnumerateObject())
        {
            var lift = BetaComparison.RelativeLiftQuantile(
                control, treatment, double.Parse(q.Name, CultureInfo.InvariantCulture));
            Vectors.NearRelative(1 + q.Value.GetDouble(), 1 + lift, what: q.Name);
        }
    }

    [Fact]
    public void Compare_VeryDifferentSizes_MatchesClosedForm()
    {
        var expected = 1.0;
        for (var i = 0; i < 30; i++)
        {
            expected *= (1450000.0 + i) / (1500000.0 + i);
        }

        var result = BetaComparison.Compare(new BetaPosterior(50000, 1450000), new BetaPosterior(1, 30));
        Vectors.Near(0.361665130046593, expected, 1e-14);
        Vectors.Near(expected, result.ProbabilityTreatmentBeats, 1e-12);
    }

    [Fact]
    public void Compare_RolesSwapped_MirrorsTheAnswer()
    {
        var random = new Random(3);
        for (var run = 0; run < 500; run++)
        {
            BetaPosterior a = new(1 + random.Next(500), 1 + random.Next(5000)), b = new(1 + random.Next(500), 1 + random.Next(5000));
            var (direct, swapped) = (BetaComparison.Compare(a, b), BetaComparison.Compare(b, a));
            Vectors.Near(1, direct.ProbabilityTreatmentBeats + swapped.ProbabilityTreatmentBeats, 1e-13);
            Vectors.NearRelative(direct.ExpectedLossOfControl, swapped.ExpectedLossOfTreatment, 1e-11);
            var best = ProbabilityBest.Beta([a, b]);
            Vectors.Near(direct.ProbabilityTreatmentBeats, best[1], 1e-13);
            var complement = BetaComparison.Compare(a.Complement(), b.Complement());
            Vectors.Near(1 - direct.ProbabilityTreatmentBeats, complement.ProbabilityTreatmentBeats, 1e-12);
        }
    }

    [Fact]
    public void RelativeLiftQuantile_AnyLevel_InvertsUnderSwap()
    {
        var random = new Random(4);
        for (var run = 0; run < 100; run++)
        {
            BetaPosterior a = new(1 + random.Next(200), 1 + random.Next(5000)), b = new(1 + random.Next(200), 1 + random.Next(5000));
            var level = 0.01 + (0.98 * random.NextDouble());
            var direct = 1 + BetaComparison.RelativeLiftQuantile(a, b, level);
            var swapped = 1 + BetaComparison.RelativeLiftQuantile(b, a, 1 - level);
            Vectors.NearRelative(1, direct * swapped, 1e-9);
        }
    }

    [Fact]
    public void RelativeLiftQuantile_AtTheMedianOfZero_IsTheChanceToBeat()
    {
        BetaPosterior control = new(351, 6651), treatment = new(421, 6581);
        var chance = BetaComparison.Compare(control, treatment).ProbabilityTreatmentBeats;
        Vectors.Near(0, BetaComparison.RelativeLiftQuantile(control, treatment, 1 - chance), 1e-9);
    }

    [Theory]
    [InlineData(0, 1, 0.5, "control")]
    [InlineData(1, double.NaN, 0.5, "control")]
    [InlineData(1, 1, 0, "probability")]
    [InlineData(1, 1, 1, "probability")]
    [InlineData(1, 1, double.NaN, "probability")]
    public void RelativeLiftQuantile_ArgumentOutOfRange_NamesTheCulprit(double a, double b, double level, string expected) =>
        Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(
            () => BetaComparison.RelativeLiftQuantile(new BetaPosterior(a, b), BetaPosterior.Flat, level)).ParamName);

    [Fact]
    public void ExpectedLoss_RelativeAndMoney_FollowTheirFormulas()
    {
        Vectors.Near(0.002, ExpectedLoss.Relative(0.0001, 0.05)!.Value, 1e-15);
        Assert.Null(ExpectedLoss.Relative(1, 0));
        Vectors.Near(500, ExpectedLoss.InMoney(0.0001, 50, 100_000), 1e-9);
    }
}
