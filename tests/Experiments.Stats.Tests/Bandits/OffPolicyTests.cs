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

    private static void Same(double value, double error, Estimate estimate)
    {
        BanditVectors.Value(value, estimate.Value!.Value);
        BanditVectors.Value(error, estimate.StandardError!.Value);
    }
}
