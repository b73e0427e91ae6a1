namespace Experiments.Sdk.Events;

/// <summary>Exposures already reported by this process: a bounded set of 64-bit hashes, read and written without a lock.</summary>
/// <remarks>
/// <para>Open addressing in an array that doubles until it has its largest size. A full one of that size becomes the elder generation and
/// an empty one takes its place; what is asked for in the elder moves over, so the exposures in use stay and the others age out.</para>
/// <para>A forgotten exposure, or one added while the array is replaced, is reported twice, which is harmless: the service counts the
/// earliest. Two exposures with one hash: one in 2^44 look-ups for a full set.</para>
/// </remarks>
internal sealed class ExposureSet(int maximumSlots = 1 << 20)
{
    private const int FirstSlots = 1 << 12;

    private readonly Lock _growth = new();
    private volatile Generations _generations = new(new Table(Math.Min(FirstSlots, maximumSlots)), null);

    public bool Contains(ulong hash)
    {
        var key = Key(hash);
        var generations = _generations;
        if (generations.Current.Contains(key)) return true;
        if (generations.Elder?.Contains(key) != true) return false;
        Add(generations, key);
        return true;
    }

    /// <summary>Adds a hash; false if it was there.</summary>
    public bool Add(ulong hash)
    {
        var key = Key(hash);
        var generations = _generations;
        return Add(generations, key) && generations.Elder?.Contains(key) != true;
    }

    private static ulong Key(ulong hash) => hash == 0 ? 1 : hash;

    private bool Add(Generations generations, ulong key)
    {
        var added = generations.Current.Add(key);
        if (added && generations.Current.IsFull) Replace(generations);
        return added;
    }

    private void Replace(Generations full)
    {
        lock (_growth)
        {
            if (_generations != full) return;
            if (full.Current.Slots < maximumSlots)
            {
                var grown = new Table(2 * full.Current.Slots);
                full.Current.CopyTo(grown);
                _generations = new Generations(grown, null);
            }
            else
            {
                _generations = new Generations(new Table(maximumSlots), full.Current);
            }
        }
    }

    private sealed record Generations(Table Current, Table? Elder);

    /// <param name="slots">A power of two.</param>
    private sealed class Table(int slots)
    {
        private readonly ulong[] _keys = new ulong[slots];
        private readonly int _mask = slots - 1;
        private int _count;

        public int Slots => _keys.Length;

        /// <summary>Three quarters: beyond, look-ups of what is absent grow long.</summary>
        public bool IsFull => Volatile.Read(ref _count) >= _keys.Length / 4 * 3;

        public bool Contains(ulong key)
        {
            // Ends at an empty slot; threads that write while it becomes full are far fewer than the quarter left.
            for (var slot = (int)key & _mask; ; slot = (slot + 1) & _mask)
            {
                var found = Volatile.Read(ref _keys[slot]);
                if (found == key) return true;
                if (found == 0) return false;
            }
        }

        public bool Add(ulong key)
        {
            for (var (slot, probes) = ((int)key & _mask, 0); probes < _keys.Length; slot = (slot + 1) & _mask, probes++)
            {
                var found = Volatile.Read(ref _keys[slot]);
                if (found == 0) found = Interlocked.CompareExchange(ref _keys[slot], key, 0);
                if (found == key) return false;
                if (found != 0) continue;
                Interlocked.Increment(ref _count);
                return true;
            }

            return false;
        }

        public void CopyTo(Table other)
        {
            foreach (var key in _keys)
            {
                if (key != 0) other.Add(key);
            }
        }
    }
}
