using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

public sealed class PosteriorUpdateTests
{
    public static TheoryData<string> Cases => BanditVectors.Ids("effective_trials");

    [Theory, MemberData(nameof(Cases))]
    public void Compute_GoldenVector_MatchesReference(string id)
    {
        var (input, expected) = BanditVectors.Case(id);
        var (trials, conversions) = (input.Table("trials"), input.Table("conversions"));
        Assert.All(
            expected.Numbers("effective").Zip(EffectiveTrials.Compute(trials, conversions)),
            e => BanditVectors.Value(e.First, e.Second));
        var rows = trials.Select((t, i) => Rows.Of(i, i, t.Zip(conversions[i], ArmCell.OfProportion))).ToArray();
        var posteriors = PosteriorUpdate.Compute(KpiKind.Proportion, true, BanditSettings.Default, rows, 0);
        if (!expected.TryGetProperty("posterior", out _))
        {
            Assert.Null(posteriors);
            return;
        }

        var laws = expected.Table("posterior");
        Assert.Equal(laws.Length, posteriors!.Beta.Count);
        for (var k = 0; k < laws.Length; k++)
        {
            BanditVectors.Value(laws[k][0], posteriors.Beta[k].Alpha);
            BanditVectors.Value(laws[k][1], posteriors.Beta[k].Beta);
        }
    }
}
