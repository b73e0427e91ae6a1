using Experiments.Stats.Bandits;
using Experiments.Stats.Bayesian;

namespace Experiments.Stats.Tests.Bandits;

/// <summary>Kinds that older functions answer, and that no kind of the file goes unread.</summary>
public sealed class BanditVectorsTests
{
    // rebucket and rebucket_small belong to the table of buckets of the SDK, which reads the same file.
    private static readonly string[] Read =
    [
        "p_best_beta", "p_best_normal", "expected_loss_normal", "effective_trials", "allocate", "rebucket", "rebucket_small", "split", "score",
        "aipw", "ope", "segments", "holdback", "evidence_strength",
    ];

    public static TheoryData<string> BetaCases => BanditVectors.Ids("p_best_beta");

    public static TheoryData<string> NormalCases => BanditVectors.Ids("p_best_normal");

    public static TheoryData<string> LossCases => BanditVectors.Ids("expected_loss_normal");

    [Fact]
    public void Kinds_OfTheFile_AreAllChecked() => Assert.Equal(Read.Order(), BanditVectors.Kinds.Order());

    [Theory, MemberData(nameof(BetaCases))]
    public void ProbabilityBest_BetaVector_MatchesReference(string id)
    {
        var (input, expected) = BanditVectors.Case(id);
        Same(expected.Numbers("p"), ProbabilityBest.Beta([.. input.Table("posteriors").Select(p => new BetaPosterior(p[0], p[1]))]));
    }

    [Theory, MemberData(nameof(NormalCases))]
    public void ProbabilityBest_NormalVector_MatchesReference(string id)
    {
        var (input, expected) = BanditVectors.Case(id);
        Same(expected.Numbers("p"), ProbabilityBest.Normal([.. input.Table("posteriors").Select(p => new NormalPosterior(p[0], p[1]))]));
    }

    [Theory, MemberData(nameof(LossCases))]
    public void RelativeLoss_GoldenVector_MatchesReference(string id)
    {
        var (input, expected) = BanditVectors.Case(id);
        NormalPosterior Law(string name) => new(input.Numbers(name)[0], input.Numbers(name)[1]);
        var loss = new ArmPosteriors([], [Law("other"), Law("chosen")], 1).RelativeLoss(1, [true, true]);
        BanditVectors.Value(expected.Number("loss"), loss);
    }

    private static void Same(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), e => BanditVectors.Probability(e.First, e.Second));
    }
}
