using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

public sealed class SplitProcessTests
{
    public static TheoryData<string> Cases => BanditVectors.Ids("split");

    [Theory, MemberData(nameof(Cases))]
    public void LogEvidence_GoldenVector_MatchesReference(string id)
    {
        var (input, expected) = BanditVectors.Case(id);
        SplitStratum[] strata = [.. input.Table("strata").Select(s => new SplitStratum(s[0], s[1], s[2]))];
        foreach (var figure in expected.EnumerateObject())
        {
            switch (figure.Name)
            {
                case "log_e_better": BanditVectors.Value(figure.Value.GetDouble(), SplitProcess.LogBetter(strata, true)); break;
                case "log_e_worse": BanditVectors.Value(figure.Value.GetDouble(), SplitProcess.LogHarm(strata, true)); break;
                case "log_e_noninferior_margin_5pct":
                    BanditVectors.Value(figure.Value.GetDouble(), SplitProcess.LogNonInferior(strata, 0.05, true));
                    break;
                case "log_rr": BanditVectors.Value(figure.Value.GetDouble(), SplitProcess.LogRatio(strata)!.Value); break;
                case "cs95":
                    var interval = SplitProcess.LogRatioInterval(strata, 0.05);
                    BanditVectors.Value(figure.Value[0].GetDouble(), interval.Lower ?? -5);
                    BanditVectors.Value(figure.Value[1].GetDouble(), interval.Upper ?? 5);
                    break;
                default: Assert.Fail($"{figure.Name} of the vectors is not checked."); break;
            }
        }
    }

    [Fact]
    public void Grid_Frozen_IsTheOneOfTheVectors()
    {
        Assert.All(BanditVectors.Grid.Zip(SplitGrid.Effects), e => BanditVectors.Value(e.First, e.Second));
        Assert.All(BanditVectors.GridWeights.Zip(SplitGrid.Weights), e => BanditVectors.Value(e.First, e.Second));
    }
}
