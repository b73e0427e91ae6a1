using Experiments.Calibration.Simulation;
using Experiments.Stats.Bandits;

namespace Experiments.Calibration.Bandits;

/// <summary>Users by window and arm with their conversions as they arrive: one row of the epoch table a window.</summary>
internal sealed class Cohorts(World world)
{
    private readonly List<(int[] Buckets, int[] Users, int[][] ConversionsByDelay)> _windows = [];
    private readonly List<EpochRow> _mature = [];
    private readonly double[] _delays = [.. world.Arrived.Select((share, d) => share - (d == 0 ? 0 : world.Arrived[d - 1]))];

    /// <summary>Serves a window and draws all that its users will ever do.</summary>
    internal int[] Serve(Generator random, int[] buckets)
    {
        var users = new int[world.Arms];
        random.Multinomial(world.Users, Array.ConvertAll(buckets, b => b / (double)Allocation.Buckets), users);
        var conversions = new int[world.Arms][];
        for (var k = 0; k < users.Length; k++)
        {
            conversions[k] = new int[world.Arrived.Length];
            var total = random.Binomial(users[k], world.Rate(k, _windows.Count));
            random.Multinomial(total, _delays, conversions[k]);
        }

        _windows.Add((buckets, users, conversions));
        return users;
    }

    /// <summary>Rows whose outcomes are all known.</summary>
    internal IReadOnlyList<EpochRow> Mature()
    {
        while (_mature.Count <= _windows.Count - world.Arrived.Length)
        {
            _mature.Add(Row(_mature.Count, 1, world.Arrived.Length));
        }

        return _mature;
    }

    /// <summary>Rows as the allocation sees them.</summary>
    internal IReadOnlyList<EpochRow> Known(Pending pending)
    {
        var curve = pending == Pending.ByArrival && world.Arrived.Length > 1 ? Curve() : null;
        if (world.Arrived.Length == 1 || pending == Pending.Left || (pending == Pending.ByArrival && curve is null))
        {
            return Mature();
        }

        var rows = new List<EpochRow>(Mature());
        for (var t = rows.Count; t < _windows.Count; t++)
        {
            var age = _windows.Count - t;
            rows.Add(curve is null ? Row(t, 1, 0) : Row(t, curve.At(age / (double)world.Arrived.Length), age));
        }

        return rows;
    }

    // What matured converters did by age, as the service learns it: the delay's windows on the curve's twenty bins.
    private ArrivalCurve? Curve()
    {
        var bins = new double[ArrivalCurve.Bins];
        foreach (var (_, _, conversions) in _windows.Take(_mature.Count))
        {
            foreach (var arm in conversions)
            {
                for (var d = 0; d < arm.Length; d++)
                {
                    bins[((d + 1) * ArrivalCurve.Bins / arm.Length) - 1] += arm[d];
                }
            }
        }

        return ArrivalCurve.From(bins, bins.Sum());
    }

    private EpochRow Row(int window, double weight, int conversionsOf)
    {
        var (buckets, users, conversions) = _windows[window];
        return new EpochRow(
            window, window, window + 1, buckets,
            [.. users.Select((n, k) => ArmCell.OfProportion(weight * n, conversions[k].Take(conversionsOf).Sum()))]);
    }
}
