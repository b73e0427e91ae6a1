using Experiments.Stats.Bayesian;

namespace Experiments.Stats.Tests.Bayesian;

public sealed class LearnedPriorTests
{
    [Fact]
    public void OfLogLift_FewerThanFiveTests_IsNull() =>
        Assert.Null(LearnedPrior.OfLogLift([new(0.1, 1), new(0.1, 1), new(0.1, 1), new(0.1, 1)]));

    [Fact]
    public void OfLogLift_EqualVariances_FollowsTheFormula()
    {
        double[] y = [-0.1, 0, 0.05, 0.1, 0.2];
        const double V = 0.0001;
        var prior = LearnedPrior.OfLogLift(y.Select(e => new PastEffect(e, V)).ToArray())!.Value;
        var mean = y.Average();
        var between = y.Sum(e => (e - mean) * (e - mean)) / 4 - V;
        var precision = (5 / (V + between)) + 400;
        Vectors.NearRelative(y.Sum() / (V + between) / precision, prior.Mean, 1e-12);
        Vectors.NearRelative(Math.Sqrt(between + (1 / precision)), prior.StandardDeviation, 1e-12);
    }

    [Fact]
    public void OfLogLift_NoSpreadBeyondNoise_HasNoVarianceBetween()
    {
        var prior = LearnedPrior.OfLogLift(Enumerable.Repeat(new PastEffect(0.02, 0.01), 5).ToArray())!.Value;
        Vectors.NearRelative(1 / Math.Sqrt(500 + 400), prior.StandardDeviation, 1e-12);
        Vectors.NearRelative(10.0 / 900, prior.Mean, 1e-12);
    }

    [Fact]
    public void LogLift_EmptyCell_CountsAsAHalf()
    {
        var effect = LearnedPrior.LogLift(new ProportionCounts(1000, 50), new ProportionCounts(1000, 0))!.Value;
        Vectors.NearRelative(Math.Log(0.5 / 1000.5 / 0.05), effect.LogLift, 1e-12);
        Vectors.NearRelative((1000 / 1000.5 / 0.5) + (0.95 / 50), effect.Variance, 1e-12);
        Assert.Null(LearnedPrior.LogLift(default, new ProportionCounts(1000, 0)));
    }

    [Fact]
    public void Combine_EqualSpreads_MeetInTheMiddle()
    {
        var posterior = LearnedPrior.Combine(new NormalPosterior(0, 0.1), new PastEffect(0.2, 0.01));
        Vectors.Near(0.1, posterior.Mean, 1e-14);
        Vectors.Near(Math.Sqrt(0.005), posterior.StandardDeviation, 1e-14);
    }

    [Theory]
    [InlineData(10_000, 500, 100, 2, 20)]
    [InlineData(10_000, 500, 100_000, 11, 191)]
    [InlineData(100, 5, 100_000, 6, 96)]
    [InlineData(0, 0, 100, 1, 1)]
    public void OfBaseRate_PastUnits_WeighAtMostTwoHundred(double users, double conversions, double present, double a, double b)
    {
        var prior = LearnedPrior.OfBaseRate(new ProportionCounts(users, conversions), present);
        Vectors.NearRelative(a, prior.Alpha, 1e-12);
        Vectors.NearRelative(b, prior.Beta, 1e-12);
    }

    [Fact]
    public void EffectProbability_OddsTimesEvidence_GivesThePosterior()
    {
        Vectors.Near(20.0 / 22, EffectProbability.Posterior(Math.Log(20), EffectProbability.UsualPrior), 1e-14);
        Assert.Equal(EffectProbability.UsualPrior, EffectProbability.Prior(0, 0, 0));
        Vectors.Near(7.0 / 13, EffectProbability.Prior(4, 2, 10), 1e-15);
        Assert.Equal(1, EffectProbability.Posterior(double.PositiveInfinity, 0.1));
        Assert.Equal(0, EffectProbability.Posterior(double.NegativeInfinity, 0.1));
        Assert.Equal("tests", Assert.Throws<ArgumentOutOfRangeException>(() => EffectProbability.Prior(2, 2, 3)).ParamName);
        Assert.Equal("prior", Assert.Throws<ArgumentOutOfRangeException>(() => EffectProbability.Posterior(0, 1)).ParamName);
    }
}
