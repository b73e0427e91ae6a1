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
}
