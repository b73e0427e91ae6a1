using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

public sealed class EffectiveTrialsTests
{
    [Fact]
    public void Compute_OneStratum_IsCloseToThePlainUsers()
    {
        var adjusted = EffectiveTrials.Compute([[4000, 2000]], [[200, 100]]);
        Assert.InRange(adjusted[0], 3980, 4020);
        Assert.InRange(adjusted[1], 1990, 2010);
    }

    [Fact]
    public void Compute_SeasonMovedWithTheWeights_TakesTheSeasonOut()
    {
        // Both convert alike, 2 % at first and 8 % later; the second variant got most of the good season.
        double[][] trials = [[9000, 1000], [1000, 9000]];
        double[][] conversions = [[180, 20], [80, 720]];
        var adjusted = EffectiveTrials.Compute(trials, conversions);
        var rates = new[] { 260 / adjusted[0], 740 / adjusted[1] };
        Assert.InRange(rates[1] / rates[0], 0.98, 1.02);
        Assert.True(740.0 / 260 > 2.8, "the trap must be there: plain rates differ almost threefold");
    }

    [Fact]
    public void Compute_OrderOfStrataAndVariants_DoesNotMatter()
    {
        double[][] trials = [[308, 212, 288], [394, 538, 720], [616, 669, 87]];
        double[][] conversions = [[8, 4, 3], [23, 19, 13], [18, 9, 4]];
        var plain = EffectiveTrials.Compute(trials, conversions);
        var turned = EffectiveTrials.Compute([.. trials.Reverse().Select(Turn)], [.. conversions.Reverse().Select(Turn)]);
        Assert.All(plain.Zip(turned.AsEnumerable().Reverse()), p => Vectors.NearRelative(p.First, p.Second, 1e-12));

        static double[] Turn(double[] row) => [.. row.AsEnumerable().Reverse()];
    }

    [Fact]
    public void Compute_VariantWithoutUsers_HasNoTrials()
    {
        var adjusted = EffectiveTrials.Compute([[100, 0], [200, 0]], [[5, 0], [9, 0]]);
        Assert.Equal(0, adjusted[1]);
        Assert.True(adjusted[0] > 0);
    }

    [Fact]
    public void Compute_NoStrata_IsEmpty() => Assert.Empty(EffectiveTrials.Compute([], []));

    [Theory]
    [InlineData(-1, 0, "trials")]
    [InlineData(double.NaN, 0, "trials")]
    [InlineData(10, -1, "conversions")]
    [InlineData(10, double.PositiveInfinity, "conversions")]
    public void Compute_RefusedCount_NamesTheTable(double trials, double conversions, string culprit) =>
        Assert.Equal(culprit, Assert.Throws<ArgumentOutOfRangeException>(
            () => EffectiveTrials.Compute([[trials, 1]], [[conversions, 0]])).ParamName);

    [Fact]
    public void Compute_TablesOfDifferentShape_NameTheTable()
    {
        Assert.Equal("conversions", Assert.Throws<ArgumentException>(() => EffectiveTrials.Compute([[1, 1]], [])).ParamName);
        Assert.Equal("conversions", Assert.Throws<ArgumentException>(() => EffectiveTrials.Compute([[1, 1]], [[1]])).ParamName);
        Assert.Equal("trials", Assert.Throws<ArgumentException>(() => EffectiveTrials.Compute([[1, 1], [1]], [[0, 0], [0, 0]])).ParamName);
    }
}
