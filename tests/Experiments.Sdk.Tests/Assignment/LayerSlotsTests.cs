using Experiments.Sdk.Assignment;

namespace Experiments.Sdk.Tests.Assignment;

public sealed class LayerSlotsTests
{
    [Fact]
    public void Take_OccupiedLayer_LowestFreeSlots() =>
        Assert.Equal([[0, 10], [20, 30], [40, 45]], LayerSlots.Take([[30, 40], [10, 20]], 25)!);

    [Fact]
    public void Take_TooLittleLeft_Null() => Assert.Null(LayerSlots.Take([[0, 9000]], 1001));

    [Fact]
    public void Grow_ToFewerSlots_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LayerSlots.Grow([[0, 100]], [], 99));

    [Theory]
    [InlineData(1.0, 10_000)]
    [InlineData(0.00001, 1)]
    [InlineData(0.3, 3_000)]
    public void FromCoverage_Share_Slots(double coverage, int expected) => Assert.Equal(expected, LayerSlots.FromCoverage(coverage));

    [Theory]
    [InlineData(0)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void FromCoverage_OutOfRange_IsRefused(double coverage) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LayerSlots.FromCoverage(coverage));

    [Fact]
    public void Grow_RandomLives_OnlyAddsAndNeverOverlaps()
    {
        var random = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var layer = new List<IReadOnlyList<int[]>>();
            for (var step = 0; step < 20; step++)
            {
                if (layer.Count > 0 && random.Next(3) == 0)
                {
                    var index = random.Next(layer.Count);
                    var others = layer.Where((_, i) => i != index).SelectMany(slots => slots);
                    if (LayerSlots.Grow(layer[index], others, LayerSlots.Count(layer[index]) + random.Next(0, 500)) is not { } grown) continue;
                    Assert.Empty(Slots(layer[index]).Except(Slots(grown)));
                    layer[index] = grown;
                }
                else if (layer.Count > 0 && random.Next(4) == 0)
                {
                    layer.RemoveAt(random.Next(layer.Count));
                }
                else if (LayerSlots.Take(layer.SelectMany(slots => slots), random.Next(1, 2000)) is { } taken)
                {
                    layer.Add(taken);
                }

                var all = layer.SelectMany(Slots).ToList();
                Assert.Equal(all.Count, all.Distinct().Count());
            }
        }
    }

    private static IEnumerable<int> Slots(IReadOnlyList<int[]> intervals) =>
        intervals.SelectMany(interval => Enumerable.Range(interval[0], interval[1] - interval[0]));
}
