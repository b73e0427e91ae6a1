using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

public sealed class ArrivalCurveTests
{
    private static readonly double[] Front = [50, 25, .. Enumerable.Repeat(0.0, 17), 25];

    [Fact]
    public void At_BetweenBins_IsLinear()
    {
        var curve = ArrivalCurve.From(Front, 100)!;
        Assert.Equal([0, 0.25, 0.5, 0.75, 0.75, 0.875, 1], [.. new[] { 0, 0.025, 0.05, 0.1, 0.5, 0.975, 1 }.Select(u => Math.Round(curve.At(u), 12))]);
        Assert.Equal(1, curve.At(3));
        Assert.Equal(0, curve.At(-1));
    }

    [Fact]
    public void UsersOf_EachSlot_CountsAtItsMiddle()
    {
        var curve = ArrivalCurve.From(Front, 100)!;
        double[] pending = [40, 0, 10, .. Enumerable.Repeat(0.0, 17)];
        Assert.Equal((40 * 0.25) + (10 * 0.75), curve.UsersOf(pending), 1e-12);
    }

    [Fact]
    public void Current_MatureAndPending_WeighsUsersAndKeepsWhatTheyDid()
    {
        double[] pending = [40, .. Enumerable.Repeat(0.0, 19)];
        var cell = ArrivalCurve.From(Front, 100)!.Current(ArmCell.OfProportion(1000, 30), ArmCell.OfProportion(40, 1), pending);
        Assert.Equal((1010, 31, 31), (cell.Users, cell.NonZeroUsers, cell.Sum));
    }

    [Fact]
    public void From_FewConversions_IsNull()
    {
        Assert.Null(ArrivalCurve.From(Front, 49));
        Assert.Null(ArrivalCurve.From(new double[20], 60));
    }

    [Fact]
    public void From_Refused_NamesTheCulprit()
    {
        Assert.Equal("arrivedByBin", Assert.ThrowsAny<ArgumentException>(() => ArrivalCurve.From([1, 2], 100)).ParamName);
        Assert.Equal("arrivedByBin", Assert.ThrowsAny<ArgumentException>(() => ArrivalCurve.From([.. Front.Take(19), -1], 100)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => ArrivalCurve.From(Front, 100)!.At(double.NaN));
    }
}
