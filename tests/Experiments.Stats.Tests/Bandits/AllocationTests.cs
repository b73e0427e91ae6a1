using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

public sealed class AllocationTests
{
    public static TheoryData<string> Cases => BanditVectors.Ids("allocate");

    [Theory, MemberData(nameof(Cases))]
    public void Next_GoldenVector_MatchesReference(string id)
    {
        var (input, expected) = BanditVectors.Case(id);
        var old = Integers(input.Numbers("old"));
        bool[] active = input.TryGetProperty("active", out var flags)
            ? [.. flags.EnumerateArray().Select(f => f.GetBoolean())]
            : [.. old.Select(_ => true)];
        var settings = new BanditSettings
        {
            ControlShare = input.TryGetProperty("control_share", out var share) ? share.GetDouble() : 0.20,
            MaximumMove = input.TryGetProperty("max_move", out var move) ? move.GetDouble() : 0.20,
            Floor = input.TryGetProperty("floor", out var floor) ? floor.GetDouble() : 0.01,
        };
        Assert.Equal(Integers(expected.Numbers("buckets")), Allocation.Next(settings, input.Numbers("p_best"), old, active));
    }

    private static int[] Integers(double[] values) => Array.ConvertAll(values, v => (int)v);
}
