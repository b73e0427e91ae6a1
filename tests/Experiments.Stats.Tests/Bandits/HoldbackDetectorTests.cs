using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

public sealed class HoldbackDetectorTests
{
    public static TheoryData<string> Cases => BanditVectors.Ids("holdback");

    [Theory, MemberData(nameof(Cases))]
    public void Close_GoldenVector_MatchesReference(string id)
    {
        var (input, expected) = BanditVectors.Case(id);
        var plan = new HoldbackPlan
        {
            Holdback = input.Number("base"),
            EscalatedHoldback = input.Number("escalated"),
            CycleDays = input.GetProperty("cycle_days").GetInt32(),
            Warn = input.Number("warn"),
        };
        Assert.Equal(input.Number("demote"), plan.DemoteAt, 1e-12);
        var (state, logs, actions) = (HoldbackState.Initial, expected.Numbers("log_stat"), expected.GetProperty("action"));
        var (at, share) = (0, plan.Holdback);
        foreach (var cycle in input.GetProperty("cycles").EnumerateArray())
        {
            Assert.Equal(cycle.Number("holdback"), share);
            var (next, log, action) = HoldbackDetector.Close(
                plan, state, [new SplitStratum(1 - share, cycle.Number("conversions_practice"), cycle.Number("conversions_holdback"))]);
            BanditVectors.Value(logs[at], log, $"cycle {at}");
            Assert.Equal(actions[at++].GetString(), action.ToString(), ignoreCase: true);
            (state, share) = (next, plan.HoldbackAfter(action));
        }

        Assert.Equal(logs.Length, at);
    }
}
