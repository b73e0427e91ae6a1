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

    [Theory]
    [InlineData(4.9)]
    [InlineData(5.1)]
    [InlineData(-4.9)]
    public void Compare_AroundTheSwitchOfFormula_KeepsGainLessLoss(double z)
    {
        var r = NormalComparison.Compare(z, 1);
        Vectors.Near(z, r.ExpectedLossOfControl - r.ExpectedLossOfTreatment, 1e-14);
        var s = NormalComparison.CompareStudent(z, 1, 7);
        Vectors.Near(z, s.ExpectedLossOfControl - s.ExpectedLossOfTreatment, 1e-12);
    }

    [Fact]
    public void CompareStudent_ManyDegreesOfFreedom_ApproachesTheNormalLaw()
    {
        var (student, normal) = (NormalComparison.CompareStudent(0.5, 0.4, 1e7), NormalComparison.Compare(0.5, 0.4));
        Vectors.Near(normal.ProbabilityTreatmentBeats, student.ProbabilityTreatmentBeats, 1e-6);
        Vectors.Near(normal.ExpectedLossOfTreatment, student.ExpectedLossOfTreatment, 1e-6);
    }

    [Fact]
    public void Compare_SmallArms_UseStudentWithWelchFreedom()
    {
        MeanMoments c = new(150, 2, 149 * 4), t = new(150, 2.2, 149 * 4);
        Vectors.Near(298, NormalComparison.WelchDegreesOfFreedom(c, t), 1e-9);
        Assert.Equal(
            NormalComparison.CompareStudent(t.Mean - c.Mean, Math.Sqrt(8.0 / 150), NormalComparison.WelchDegreesOfFreedom(c, t)),
            NormalComparison.Compare(c, t)!.Value);
        MeanMoments big = new(200, 2, 199 * 4);
        Assert.Equal(NormalComparison.Compare(0.0, Math.Sqrt(0.04)), NormalComparison.Compare(big, big)!.Value);
        Assert.Null(NormalComparison.Compare(new MeanMoments(1, 2, 0), t));
        Assert.Null(NormalComparison.Compare(new MeanMoments(9, 2, 0), new MeanMoments(9, 3, 0)));
    }

    [Theory]
    [InlineData(double.NaN, 1, "difference")]
    [InlineData(0, 0, "standardDeviation")]
    [InlineData(0, double.NaN, "standardDeviation")]
    public void Compare_ArgumentOutOfRange_NamesTheCulprit(double difference, double deviation, string expected) =>
        Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(
            () => NormalComparison.Compare(difference, deviation)).ParamName);
}
