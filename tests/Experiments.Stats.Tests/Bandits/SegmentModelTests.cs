using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

public sealed class SegmentModelTests
{
    public static TheoryData<string> Cases => BanditVectors.Ids("segments");

    [Theory, MemberData(nameof(Cases))]
    public void Compute_GoldenVector_MatchesReference(string id)
    {
        var (input, expected) = BanditVectors.Case(id);
        var model = SegmentModel.Compute(input.Table("trials"), input.Table("conversions"));
        Same(expected.Numbers("base"), model.Base);
        Same(expected.Numbers("effect"), model.Effect);
        Same(expected.Numbers("tau_weights"), model.Weights);
        Assert.All(expected.Table("expected").Zip(model.Expected), rows => Same(rows.First, rows.Second));
        Assert.All(expected.Table("p_best").Zip(model.ProbabilityBest), rows => Same(rows.First, rows.Second));
    }

    private static void Same(double[] expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        Assert.All(expected.Zip(actual), e => BanditVectors.Probability(e.First, e.Second));
    }
}
