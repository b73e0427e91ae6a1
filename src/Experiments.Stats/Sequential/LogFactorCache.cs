using System.Runtime.Intrinsics;
using Experiments.Stats.Numerics;

namespace Experiments.Stats.Sequential;

/// <summary>What the logarithms of an epoch's factors depend on: effects of a unit by arm and outcome, horizon, variance. Not on counts.</summary>
internal readonly record struct LogFactorKey(
    double TreatedYes, double TreatedNo, double ControlYes, double ControlNo, double Promised, double Variance);

/// <summary>Remembers the 32 logarithms of an epoch, so that a look that only counts on is 32 products.</summary>
/// <remarks>One small table a thread, by hash of the key: no lock, a bound on memory, and the answer is the same with or without it.</remarks>
internal static class LogFactorCache
{
    /// <summary>Treated who converted or not, control who converted or not.</summary>
    internal const int Outcomes = 4;

    private const int Entries = 64;
    private const int Length = 2 * Outcomes;
    private const double Clip = 0.95;

    [ThreadStatic]
    private static Table? _table;

    /// <summary>log(1 + effect g) over the grid: four outcomes upwards, then four downwards.</summary>
    internal static ReadOnlySpan<Vector256<double>> Logs(in LogFactorKey key)
    {
        var table = _table ??= new Table();
        var entry = (int)((uint)key.GetHashCode() % Entries);
        var logs = table.Logs.AsSpan(entry * Length, Length);
        if (table.Keys[entry] != key)
        {
            Compute(key, logs);
            table.Keys[entry] = key;
        }

        return logs;
    }

    private static void Compute(in LogFactorKey key, Span<Vector256<double>> logs)
    {
        var highestDown = Clip / Math.Max(key.TreatedYes, key.ControlNo);
        var highestUp = Clip / Math.Max(-key.TreatedNo, -key.ControlYes);
        var unit = EvidenceMixture.EffectScale / (Math.Sqrt(key.Promised) * key.Variance);
        for (var k = 0; k < EvidenceMixture.GridSize; k++)
        {
            var effect = EvidenceMixture.Multipliers[k] * unit;
            Write(key, k, Math.Min(effect, highestUp), logs[..Outcomes]);
            Write(key, k, -Math.Min(effect, highestDown), logs[Outcomes..]);
        }
    }

    private static void Write(in LogFactorKey key, int k, double effect, Span<Vector256<double>> logs)
    {
        logs[0] = logs[0].WithElement(k, SpecialMath.Log1p(effect * key.TreatedYes));
        logs[1] = logs[1].WithElement(k, SpecialMath.Log1p(effect * key.TreatedNo));
        logs[2] = logs[2].WithElement(k, SpecialMath.Log1p(effect * key.ControlYes));
        logs[3] = logs[3].WithElement(k, SpecialMath.Log1p(effect * key.ControlNo));
    }

    private sealed class Table
    {
        internal LogFactorKey[] Keys { get; } = new LogFactorKey[Entries];

        internal Vector256<double>[] Logs { get; } = new Vector256<double>[Entries * Length];
    }
}
