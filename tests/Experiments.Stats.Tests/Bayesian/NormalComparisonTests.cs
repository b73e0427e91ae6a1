using Experiments.Stats.Bayesian;

namespace Experiments.Stats.Tests.Bayesian;

public sealed class NormalComparisonTests
{
    public static TheoryData<int> Cases => Vectors.Indices("normal_compare");

    [Theory, MemberData(nameof(Cases))]
    public void Compare_GoldenVector_MatchesReference(int index)
    {
        var v = Vectors.Case("normal_compare", index);
        var r = NormalComparison.Compare(v.Number("difference"), v.Number("standard_deviation"));
        Vectors.Near(v.Number("probability_treatment_beats"), r.ProbabilityTreatmentBeats);
        Vectors.NearRelative(v.Number("expected_loss_of_treatment"), r.ExpectedLossOfTreatment);
        Vectors.NearRelative(v.Number("expected_loss_of_control"), r.ExpectedLossOfControl);
    }
}
