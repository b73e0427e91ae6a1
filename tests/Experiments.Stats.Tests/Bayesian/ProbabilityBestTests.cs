using Experiments.Stats.Bayesian;

namespace Experiments.Stats.Tests.Bayesian;

public sealed class ProbabilityBestTests
{
    public static TheoryData<int> BetaCases => Vectors.Indices("p_best_beta");

    public static TheoryData<int> NormalCases => Vectors.Indices("p_best_normal");

    [Theory, MemberData(nameof(BetaCases))]
    public void Beta_GoldenVector_MatchesReference(int index)
    {
        var v = Vectors.Case("p_best_beta", index);
        BetaPosterior[] arms = [.. v.GetProperty("posteriors").EnumerateArray()
            .Select(p => new BetaPosterior(p[0].GetDouble(), p[1].GetDouble()))];
        Check(v.Numbers("p_best"), ProbabilityBest.Beta(arms));
    }

    [Theory, MemberData(nameof(NormalCases))]
    public void Normal_GoldenVector_MatchesReference(int index)
    {
        var v = Vectors.Case("p_best_normal", index);
        NormalPosterior[] arms = [.. v.GetProperty("mean_sd").EnumerateArray()
            .Select(p => new NormalPosterior(p[0].GetDouble(), p[1].GetDouble()))];
        Check(v.Numbers("p_best"), ProbabilityBest.Normal(arms));
    }

    [Fact]
    public void Beta_OneArmAThousandTimesTheOther_MatchesReference()
    {
        Check(
            [7.259837575363043e-05, 0.9999274016242463],
            ProbabilityBest.Beta([new BetaPosterior(1, 100), new BetaPosterior(100000, 1000000)]));
        Check([0.75, 0.25], ProbabilityBest.Beta([new BetaPosterior(3, 1), new BetaPosterior(1, 1)]));
    }

    [Fact]
    public void Beta_Permuted_PermutesTheAnswer()
    {
        var random = new Random(5);
        var arms = Enumerable.Range(0, 12).Select(_ => new BetaPosterior(1 + random.Next(300), 1 + random.Next(6000))).ToArray();
        var direct = ProbabilityBest.Beta(arms);
        var order = Enumerable.Range(0, 12).OrderBy(_ => random.Next()).ToArray();
        var permuted = ProbabilityBest.Beta(order.Select(i => arms[i]).ToArray());
        Check(order.Select(i => direct[i]).ToArray(), permuted);
    }

    [Fact]
    public void Beta_NoneOrOne_IsEmptyOrCertain()
    {
        Assert.Empty(ProbabilityBest.Beta([]));
        Assert.Equal([1.0], ProbabilityBest.Normal([new NormalPosterior(0, 1)]));
    }

    [Fact]
    public void Normal_DeviationNotPositive_NamesTheCulprit() => Assert.Equal("posteriors", Assert.Throws<ArgumentOutOfRangeException>(
        () => ProbabilityBest.Normal([new NormalPosterior(0, 0)])).ParamName);

    private static void Check(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Vectors.Near(expected[i], actual[i]);
        }

        Vectors.Near(1, actual.Sum(), 1e-12);
    }
}
