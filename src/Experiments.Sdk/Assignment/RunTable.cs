using System.Numerics;
using System.Runtime.Intrinsics;

namespace Experiments.Sdk.Assignment;

/// <summary>A table of 10,000 buckets for look-up: up to eight runs in 32 bytes and without a branch, more of them expanded.</summary>
/// <remarks>Tables of many experiments stay in the processor's first cache that way: 100 expanded ones are a megabyte.</remarks>
internal readonly struct RunTable
{
    /// <summary>Stands for <see cref="BucketTable.None"/> among the packed values.</summary>
    private const byte PackedNone = byte.MaxValue;

    private readonly Vector128<ushort> _starts;
    private readonly ulong _values;
    private readonly short[]? _expanded;

    public RunTable(ReadOnlySpan<short> table)
    {
        var runs = BucketTable.RunLength(table);
        if (runs.Count > Vector128<ushort>.Count || runs.Any(run => run[1] >= PackedNone))
        {
            _expanded = table.ToArray();
            return;
        }

        // The places after the last run start beyond every bucket.
        Span<ushort> starts = stackalloc ushort[Vector128<ushort>.Count];
        starts.Fill(ushort.MaxValue);
        for (var i = 0; i < runs.Count; i++)
        {
            starts[i] = (ushort)runs[i][0];
            _values |= (ulong)(byte)runs[i][1] << (8 * i);
        }

        _starts = Vector128.Create<ushort>(starts);
    }

    /// <summary>Value of a bucket; −1 for none.</summary>
    public int this[int bucket]
    {
        get
        {
            if (_expanded is not null) return _expanded[bucket];
            var started = Vector128.LessThanOrEqual(_starts, Vector128.Create((ushort)bucket)).ExtractMostSignificantBits();
            var value = (byte)(_values >> (8 * (BitOperations.PopCount(started) - 1)));
            return value == PackedNone ? BucketTable.None : value;
        }
    }
}
