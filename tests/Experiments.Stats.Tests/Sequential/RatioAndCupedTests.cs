using Experiments.Stats.Sequential;

namespace Experiments.Stats.Tests.Sequential;

public sealed class RatioAndCupedTests
{
    public static TheoryData<int> RatioCases => Vectors.Indices("ratio_delta");

    public static TheoryData<int> CupedCases => Vectors.Indices("cuped");

    [Theory, MemberData(nameof(RatioCases))]
    public void Estimate_GoldenVector_MatchesReference(int index)
    {
        var v = Vectors.Case("ratio_delta", index);
        var estimate = RatioOfSums.Estimate(BivariateMoments.FromSums(
            v.Number("n"), v.Number("sum_numerator"), v.Number("sum_denominator"), v.Number("sum_squares_numerator"),
            v.Number("sum_squares_denominator"), v.Number("sum_products")))!.Value;
        Vectors.NearRelative(v.Number("ratio"), estimate.Ratio);
        Vectors.NearRelative(v.Number("variance_of_ratio"), estimate.Variance);
    }

    [Theory, MemberData(nameof(CupedCases))]
    public void Adjust_GoldenVector_MatchesReference(int index)
    {
        var v = Vectors.Case("cuped", index);
        BivariateMoments[] arms = [.. v.GetProperty("arms").EnumerateArray().Select(a => BivariateMoments.FromSums(
            a.Number("n"), a.Number("sy"), a.Number("sx"), a.Number("syy"), a.Number("sxx"), a.Number("sxy")))];
        var result = Cuped.Adjust(arms);
        Vectors.NearRelative(v.Number("theta"), result.Theta);
        Vectors.NearRelative(v.Number("covariate_mean"), result.CovariateMean);
        for (var i = 0; i < arms.Length; i++)
        {
            var expected = v.GetProperty("adjusted")[i];
            Vectors.NearRelative(expected.Number("mean"), result.Adjusted[i].Mean);
            Vectors.NearRelative(expected.Number("variance"), result.Adjusted[i].Variance);
        }
    }

    [Fact]
    public void Look_CovariateDoesNotVary_EqualsTheWelchTestOfMeans()
    {
        var plan = new SequentialPlan(0.05, 0.8, 10_000);
        var t = new BivariateMoments(1000, 2.2, 5, 9000, 0, 0);
        var c = new BivariateMoments(1200, 2.0, 5, 8000, 0, 0);
        BivariateEpoch[] epochs = [new(0.5, t, c, 900)];
        var (adjusted, state) = CupedTest.Look(plan, null, epochs, NullHypothesis.NoEffect, TestState.Initial);
        Assert.Equal(0, Cuped.Adjust([t, c]).Theta);
        var pooled = new MeanMoments(1000, 2.2, 9000) + new MeanMoments(1200, 2.0, 8000);
        Vectors.NearRelative(pooled.Variance, state.Sigma2!.Value, 1e-12);
        var s2 = (9000.0 / 999 / 1000) + (8000.0 / 1199 / 1200);
        Vectors.Near(10_000 * 0.25 / pooled.Variance, adjusted.HorizonInformation, 1e-6);
        Vectors.Near(1 / s2 / adjusted.HorizonInformation, adjusted.T, 1e-12);
        Vectors.Near(0.2 / s2 / Math.Sqrt(adjusted.HorizonInformation), adjusted.X, 1e-12);
    }

    [Fact]
    public void Look_RatioOfOneDenominatorPerUnit_EqualsTheWelchTestOfMeans()
    {
        var plan = new SequentialPlan(0.05, 0.8, 10_000);
        BivariateEpoch[] epochs =
        [
            new(0.5, new BivariateMoments(1000, 2.2, 1, 9000, 0, 0), new BivariateMoments(1000, 2.0, 1, 8000, 0, 0), 900),
        ];
        var (evidence, state) = RatioTest.Look(plan, null, epochs, NullHypothesis.NoEffect, TestState.Initial);
        var s2 = (9000.0 / 999 / 1000) + (8000.0 / 999 / 1000);
        Vectors.NearRelative(2000 * 0.25 * s2, state.Sigma2!.Value, 1e-12);
        Vectors.NearRelative(0.2, evidence.T, 1e-12);
        var interval = RatioTest.Difference(plan, state.Sigma2!.Value, epochs);
        Assert.True(interval.Contains(0.2));
        Assert.True(RatioTest.RelativeLift(plan, state.Sigma2!.Value, epochs)!.Value.Contains(0.1));
        Assert.True(CupedTest.Difference(plan, 9, epochs).Contains(0.2));
        Assert.True(CupedTest.RelativeLift(plan, 9, epochs)!.Value.Contains(0.1));
    }

    [Fact]
    public void Estimate_NoDenominator_IsNull()
    {
        Assert.Null(RatioOfSums.Estimate(new BivariateMoments(100, 1, 0, 10, 0, 0)));
        Assert.Null(RatioOfSums.Estimate(new BivariateMoments(1, 1, 1, 0, 0, 0)));
    }
}
