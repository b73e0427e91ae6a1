using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

public sealed class EvidenceStrengthTests
{
    public static TheoryData<string> Cases => BanditVectors.Ids("evidence_strength");

    [Theory, MemberData(nameof(Cases))]
    public void Age_GoldenVector_MatchesReference(string id)
    {
        var (input, expected) = BanditVectors.Case(id);
        Assert.Equal(0.1, input.Number("tau"));
        var aged = new EvidenceStrength(input.Number("score"), input.Number("information")).Age(input.Number("days"), input.Number("half_life"));
        BanditVectors.Value(expected.Number("score"), aged.Score);
        BanditVectors.Value(expected.Number("information"), aged.Information);
        BanditVectors.Probability(expected.Number("probability_better"), aged.ProbabilityBetter());
        BanditVectors.Value(expected.Number("mean"), aged.LogRatio.Mean);
        BanditVectors.Value(expected.Number("sd"), aged.LogRatio.StandardDeviation);
        Assert.Equal(expected.GetProperty("action").GetString(), RetestRule.Judge(aged.ProbabilityBetter(), null, false).ToString(), ignoreCase: true);
    }
}
