using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

/// <summary>What an update of a large bandit leaves for the garbage collector; docs/benchmarks.md has the times.</summary>
public sealed class BanditMemoryTests
{
    private static readonly EpochRow[] Large = [.. Enumerable.Range(0, 1500).Select(i => new EpochRow(
        i, i / 24.0, (i + 1) / 24.0, [1000 + (i % 7), 1000 - (i % 7), 8000], [ArmCell.OfProportion(100, 3), ArmCell.OfProportion(100, 4), ArmCell.OfProportion(800, 30 + (i % 3))]))];

    [Fact]
    public void SplitProcess_ManyRows_AllocatesNothing()
    {
        var strata = ArmProof.SplitStrata(Large, 2);
        Assert.InRange(Allocated(() => _ = SplitProcess.LogBetter(strata, true)), 0, 100);
        Assert.InRange(Allocated(() => _ = SplitProcess.LogRatioInterval(strata, 0.05)), 0, 100);
    }

    [Fact]
    public void Compute_ManyRows_AllocatesLittle() => Assert.InRange(
        Allocated(() => _ = BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Proportion, [1000, 1000, 8000], Large))), 0, 60_000);

    private static double Allocated(Action action)
    {
        for (var warm = 0; warm < 20; warm++)
        {
            action();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var call = 0; call < 20; call++)
        {
            action();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / 20.0;
    }
}
