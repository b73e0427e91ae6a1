using Experiments.Stats.Bandits;

namespace Experiments.Stats.Tests.Bandits;

/// <summary>Rows of an epoch table, a day long each.</summary>
internal static class Rows
{
    internal static EpochRow Of(int epoch, int day, IEnumerable<ArmCell> arms, int[]? buckets = null)
    {
        ArmCell[] cells = [.. arms];
        return new EpochRow(epoch, day, day + 1, buckets ?? [.. cells.Select(_ => Allocation.Buckets / cells.Length)], cells);
    }
}
