using System.Runtime.Intrinsics;

namespace Experiments.Sdk.Events;

/// <summary>Exposures already reported by this process: a bounded set of hashes, read and written without a lock.</summary>
/// <remarks>
/// <para>Open addressing: the low bits of a hash give the place, the upper 32 are kept. Small on purpose: on the hot path the set is the one
/// thing that does not fit into the processor's caches.</para>
/// <para>A full generation becomes the elder one and an empty one takes its place, twice as large until the largest size; what is asked for
/// in the elder moves over, so the exposures in use stay and the others age out.</para>
/// <para>A forgotten exposure, or one added while the generation changes, is reported twice, which is harmless: the service counts the
/// earliest. Two exposures taken for one, and the second not reported: about one in 10^9, whatever the variant.</para>
/// </remarks>
internal sealed class ExposureSet(int maximumSlots = 1 << 21)
{
    private const int FirstSlots = 1 << 16;

    private readonly Lock _change = new();
    private volatile Generations _generations = new(new Table(Math.Min(FirstSlots, maximumSlots)), null);

    public bool Contains(ulong hash)
    {
        var generations = _generations;
        return generations.Current.Contains(hash) || (generations.Elder is { } elder && MoveOver(generations, elder, hash));
    }

    /// <summary>Adds a hash; false if it was there.</summary>
    public bool Add(ulong hash)
    {
        var generations = _generations;
        return Add(generations, hash) && generations.Elder?.Contains(hash) != true;
    }

    private bool MoveOver(Generations generations, Table elder, ulong hash)
    {
        if (!elder.Contains(hash)) return false;
        Add(generations, hash);
        return true;
    }

    private bool Add(Generations generations, ulong hash)
    {
        var added = generations.Current.Add(hash);
        if (added && generations.Current.IsFull) Replace(generations);
        return added;
    }

    private void Replace(Generations full)
    {
        lock (_change)
        {
            if (_generations == full) _generations = new(new Table(Math.Min(2 * full.Current.Slots, maximumSlots)), full.Current);
        }
    }

    private sealed record Generations(Table Current, Table? Elder);

    /// <param name="slots">A power of two.</param>
    private sealed class Table(int slots)
    {
        private readonly uint[] _tags = new uint[slots];
        private int _count;

        public int Slots => _tags.Length;

        /// <summary>Three quarters: beyond, look-ups of what is absent grow long.</summary>
        public bool IsFull => Volatile.Read(ref _count) >= _tags.Length / 4 * 3;

        public bool Contains(ulong hash)
        {
            var tags = _tags;
            var tag = Tag(hash);

            // Four places at once: a branch that hangs on the memory would cost as much as the memory.
            var home = (int)((uint)hash & (uint)(tags.Length - 1));
            if (home <= tags.Length - Vector128<uint>.Count
                && Vector128.EqualsAny(Vector128.LoadUnsafe(ref tags[home]), Vector128.Create(tag))) return true;

            // Ends at an empty slot: the threads that still write while the table is replaced are far fewer than the quarter left.
            for (var slot = (uint)hash; ; slot++)
            {
                var found = Volatile.Read(ref tags[slot & (uint)(tags.Length - 1)]);
                if (found == tag) return true;
                if (found == 0) return false;
            }
        }

        public bool Add(ulong hash)
        {
            var tags = _tags;
            var tag = Tag(hash);
            for (var (slot, probes) = ((uint)hash, 0); probes < tags.Length; slot++, probes++)
            {
                ref var place = ref tags[slot & (uint)(tags.Length - 1)];
                var found = Volatile.Read(ref place);
                if (found == 0) found = Interlocked.CompareExchange(ref place, tag, 0);
                if (found == tag) return false;
                if (found != 0) continue;
                Interlocked.Increment(ref _count);
                return true;
            }

            return false;
        }

        private static uint Tag(ulong hash) => Math.Max(1, (uint)(hash >> 32));
    }
}
