using Experiments.Stats.Sequential;

namespace Experiments.Stats.Tests.Sequential;

public sealed class HorizonBoundaryTests
{
    public static TheoryData<int> Cases => Vectors.Indices("boundary");

    [Theory, MemberData(nameof(Cases))]
    public void Side_GoldenVector_MatchesReference(int index)
    {
        var v = Vectors.Case("boundary", index);
        var side = HorizonBoundary.Side(v.Number("alpha"), v.Number("side_weight"));
        Vectors.NearRelative(v.Number("c"), side.Line);
        Vectors.NearRelative(v.Number("q"), side.CrossingProbability);
    }

    [Fact]
    public void Side_WeightZero_HasNoLine()
    {
        var side = HorizonBoundary.Side(0.05, 0);
        Assert.False(side.HasLine);
        Assert.Equal(0, side.CrossingProbability);
    }

    [Theory]
    [InlineData(double.NaN, 0.5, "alpha")]
    [InlineData(0, 0.5, "alpha")]
    [InlineData(0.51, 0.5, "alpha")]
    [InlineData(0.05, -0.1, "sideWeight")]
    [InlineData(0.05, 1.1, "sideWeight")]
    [InlineData(0.05, double.NaN, "sideWeight")]
    public void Side_ArgumentOutOfRange_NamesTheCulprit(double alpha, double weight, string expected) =>
        Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(() => HorizonBoundary.Side(alpha, weight)).ParamName);
}
