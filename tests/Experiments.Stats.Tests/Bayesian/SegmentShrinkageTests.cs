using Experiments.Stats.Bayesian;

namespace Experiments.Stats.Tests.Bayesian;

public sealed class SegmentShrinkageTests
{
    [Fact]
    public void Shrink_EqualVariances_FollowsTheFormula()
    {
        double[] y = [-0.1, 0, 0.05, 0.25];
        const double V = 0.002;
        var centre = y.Average();
        var between = (y.Sum(e => (e - centre) * (e - centre)) / 3) - V;
        var shrunk = SegmentShrinkage.Shrink([.. y.Select(e => new PastEffect(e, V))]);
        Assert.True(between > 0);
        Assert.All(y.Zip(shrunk), p => Vectors.Near(centre + (between / (between + V) * (p.First - centre)), p.Second, 1e-14));
    }

    [Fact]
    public void Shrink_SpreadWithinNoise_IsTheCommonCentre()
    {
        // Weights 100, 50, 25: centre (100 x 0.02 + 50 x 0.05 - 25 x 0.02)/175.
        var shrunk = SegmentShrinkage.Shrink([new(0.02, 0.01), new(0.05, 0.02), new(-0.02, 0.04)]);
        Assert.All(shrunk, s => Vectors.Near(4.0 / 175, s, 1e-15));
    }

    [Fact]
    public void Shrink_SmallSegment_MovesFurtherThanALargeOne()
    {
        PastEffect[] segments = [new(0.3, 0.02), new(0.3, 0.0005), new(-0.1, 0.0005)];
        var shrunk = SegmentShrinkage.Shrink(segments);
        Assert.True(shrunk[0] < shrunk[1], "the noisier of two equal effects is trusted less");
        Assert.True(shrunk[1] < 0.3 && shrunk[2] > -0.1, "all move towards the centre");
    }

    [Fact]
    public void Shrink_SegmentsMovedTogether_MoveAlong()
    {
        PastEffect[] segments = [new(0.3, 0.02), new(0.1, 0.001), new(-0.1, 0.0005)];
        var plain = SegmentShrinkage.Shrink(segments);
        var moved = SegmentShrinkage.Shrink([.. segments.Select(s => s with { LogLift = s.LogLift + 0.7 })]);
        Assert.All(plain.Zip(moved), p => Vectors.Near(p.First + 0.7, p.Second, 1e-12));
    }

    [Fact]
    public void Shrink_OneSegment_StaysWhereItIs() => Assert.Equal([0.2], SegmentShrinkage.Shrink([new(0.2, 0.01)]));

    [Fact]
    public void Shrink_NoSegments_IsEmpty() => Assert.Empty(SegmentShrinkage.Shrink([]));

    [Theory]
    [InlineData(double.NaN, 0.1)]
    [InlineData(double.PositiveInfinity, 0.1)]
    [InlineData(0.1, 0)]
    [InlineData(0.1, double.NaN)]
    public void Shrink_RefusedSegment_NamesTheArgument(double effect, double variance) => Assert.Equal(
        "segments", Assert.Throws<ArgumentOutOfRangeException>(() => SegmentShrinkage.Shrink([new(0, 1), new(effect, variance)])).ParamName);

    [Fact]
    public void Shrink_ManyTrueEffects_HasTheSmallerError()
    {
        // Truths N(0.02, 0.05^2), seen with standard error 0.1: over 2,000 sets of 8 the shrunk effects are nearer to the truth.
        var random = new Random(21);
        var (plain, drawn) = (0.0, 0.0);
        for (var set = 0; set < 2000; set++)
        {
            var truth = Enumerable.Range(0, 8).Select(_ => 0.02 + (0.05 * Normal())).ToArray();
            PastEffect[] seen = [.. truth.Select(t => new PastEffect(t + (0.1 * Normal()), 0.01))];
            var shrunk = SegmentShrinkage.Shrink(seen);
            plain += truth.Zip(seen).Sum(p => Math.Pow(p.First - p.Second.LogLift, 2));
            drawn += truth.Zip(shrunk).Sum(p => Math.Pow(p.First - p.Second, 2));
        }

        Assert.InRange(drawn / plain, 0, 0.6);

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
