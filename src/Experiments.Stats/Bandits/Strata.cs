using System.Buffers;

namespace Experiments.Stats.Bandits;

/// <summary>Rows of the epoch table joined until a stratum can tell a level: for allocation only, never for proof.</summary>
/// <remarks>Neighbours are joined until the stratum has 25 conversions or spans 24 hours; the last may be short. Forgotten rows count less.</remarks>
internal sealed class Strata : IDisposable
{
    private const double LeastConversions = 25;
    private const double LongestDays = 1;

    private readonly double[] _trials;
    private readonly double[] _sums;

    private Strata(int arms, int rows)
    {
        // Rented: with a thousand rows of ten arms each table would be a large object.
        (_trials, _sums) = (ArrayPool<double>.Shared.Rent(arms * rows), ArrayPool<double>.Shared.Rent(arms * rows));
        Array.Clear(_trials);
        Array.Clear(_sums);
        Totals = new ArmCell[arms];
    }

    /// <summary>Users by stratum and arm, row by row.</summary>
    internal Span<double> Trials => _trials.AsSpan(0, Count * Totals.Length);

    /// <summary>Sums of values likewise: conversions of a proportion.</summary>
    internal Span<double> Sums => _sums.AsSpan(0, Count * Totals.Length);

    /// <summary>All rows together by arm, after forgetting.</summary>
    internal ArmCell[] Totals { get; }

    internal int Count { get; private set; }

    internal static Strata Of(IReadOnlyList<EpochRow> rows, int arms, double nowDays, double? halfLifeDays)
    {
        var strata = new Strata(arms, rows.Count);
        var (open, conversions, start) = (false, 0.0, 0.0);
        foreach (var row in rows.OrderBy(r => r.StartDays).ThenBy(r => r.Epoch))
        {
            (start, conversions) = open ? (start, conversions) : (row.StartDays, 0);
            conversions += strata.Add(row, halfLifeDays is { } days ? double.Exp2(-Math.Max(0, nowDays - row.StartDays) / days) : 1);
            open = conversions < LeastConversions && row.EndDays - start < LongestDays;
            strata.Count += open ? 0 : 1;
        }

        strata.Count += open ? 1 : 0;
        return strata;
    }

    public void Dispose()
    {
        ArrayPool<double>.Shared.Return(_trials);
        ArrayPool<double>.Shared.Return(_sums);
    }

    private double Add(EpochRow row, double weight)
    {
        var conversions = 0.0;
        for (var k = 0; k < Totals.Length; k++)
        {
            var cell = row.Arms[k];
            _trials[(Count * Totals.Length) + k] += weight * cell.Users;
            _sums[(Count * Totals.Length) + k] += weight * cell.Sum;
            conversions += cell.NonZeroUsers;
            Totals[k] += new ArmCell(weight * cell.Users, weight * cell.NonZeroUsers, weight * cell.Sum, weight * cell.SumOfSquaredDeviations);
        }

        return conversions;
    }
}
