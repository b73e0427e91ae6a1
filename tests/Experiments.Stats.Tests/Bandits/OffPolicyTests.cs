using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

public sealed class OffPolicyTests
{
    public static TheoryData<string> OffPolicyCases => BanditVectors.Ids("ope");

    public static TheoryData<string> DifferenceCases => BanditVectors.Ids("aipw");

    [Theory, MemberData(nameof(OffPolicyCases))]
    public void Read_GoldenVector_MatchesReference(string id)
    {
        var (input, expected) = BanditVectors.Case(id);
        var log = new OffPolicyLog();
        foreach (var r in input.Table("rows"))
        {
            log.Add(new OffPolicyRow(r[0], r[1], r[2], r[3], r[4]));
        }

        var reading = log.Read();
        Same(expected.Number("ips"), expected.Number("ips_se"), reading.InversePropensity);
        Same(expected.Number("snips"), expected.Number("snips_se"), reading.SelfNormalised);
        Same(expected.Number("dr"), expected.Number("dr_se"), reading.DoublyRobust);
        BanditVectors.Value(expected.Number("ess"), reading.EffectiveUsers);
        Assert.False(reading.IsKnown, "fifteen users know nothing");
    }

    [Theory, MemberData(nameof(DifferenceCases))]
    public void Of_GoldenVector_MatchesReference(string id)
    {
        var (input, expected) = BanditVectors.Case(id);
        var difference = WeightedDifference.Of(
            [.. input.Table("users").Select(u => new WeightedUser(u[0], u[1] == 1, u[2], u[3], u[4]))]);
        Same(expected.Number("ipw"), expected.Number("ipw_se"), difference.Plain);
        Same(expected.Number("aipw"), expected.Number("aipw_se"), difference.Augmented);
    }

    [Fact]
    public void AddGroup_UsersOfOnePropensity_IsTheSameAsEachAlone()
    {
        var (each, groups) = (new OffPolicyLog(), new OffPolicyLog());
        foreach (var (logged, target, rewards) in new (double, double, double[])[]
        {
            (0.5, 0.2, [1, 0, 3, 0]), (0.25, 0.7, [2, 2, 0]), (0.8, 0, [5, 1]),
        })
        {
            foreach (var y in rewards) each.Add(new OffPolicyRow(logged, target, y, 0, 0));
            var mean = rewards.Average();
            groups.AddGroup(logged, target, new MeanMoments(rewards.Length, mean, rewards.Sum(y => (y - mean) * (y - mean))), rewards.Count(y => y != 0));
        }

        var (a, b) = (each.Read(), groups.Read());
        foreach (var (one, other) in new[] { (a.InversePropensity, b.InversePropensity), (a.SelfNormalised, b.SelfNormalised), (a.DoublyRobust, b.DoublyRobust), (a.MeanReward, b.MeanReward) })
        {
            Assert.Equal(one.Value!.Value, other.Value!.Value, 12);
            Assert.Equal(one.StandardError!.Value, other.StandardError!.Value, 12);
        }

        Assert.Equal((a.Users, a.IsKnown), (b.Users, b.IsKnown));
        Assert.Equal(a.EffectiveUsers, b.EffectiveUsers, 12);
    }

    private static void Same(double value, double error, Estimate estimate)
    {
        BanditVectors.Value(value, estimate.Value!.Value);
        BanditVectors.Value(error, estimate.StandardError!.Value);
    }
}
