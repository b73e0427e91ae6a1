using System.Collections.Concurrent;

namespace Experiments.Sdk.Arms;

/// <summary>What was used lately, by key; bounded: when full, the half not used for longest is forgotten.</summary>
/// <param name="capacity">Most entries.</param>
internal sealed class RecentMap<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock _turning = new();
    private volatile ConcurrentDictionary<TKey, TValue> _young = new();
    private volatile ConcurrentDictionary<TKey, TValue> _old = new();
    private volatile bool _used;
    private int _added;

    /// <summary>Whether nothing was ever put. A dictionary's own answer takes all of its locks.</summary>
    public bool IsEmpty => !_used;

    /// <summary>Entries in memory.</summary>
    public int Count => _young.Count + _old.Count;

    public bool TryGet(TKey key, out TValue value)
    {
        if (_young.TryGetValue(key, out value!)) return true;
        if (!_old.TryGetValue(key, out value!)) return false;
        Put(key, value, static (known, _) => known);
        return true;
    }

    /// <summary>Puts a value, or what <paramref name="choose"/> makes of the one that is known and the new one.</summary>
    /// <returns>The value that is there now.</returns>
    public TValue Put(TKey key, TValue value, Func<TValue, TValue, TValue> choose)
    {
        _used = true;
        var young = _young;
        if (!young.TryAdd(key, value)) return young.AddOrUpdate(key, static (_, put) => put.Value, static (_, known, put) => put.Choose(known, put.Value), (Value: value, Choose: choose));
        if (Interlocked.Increment(ref _added) > capacity / 2) Turn(young);
        return value;
    }

    private void Turn(ConcurrentDictionary<TKey, TValue> full)
    {
        lock (_turning)
        {
            if (!ReferenceEquals(_young, full)) return;
            _old = full;
            _young = new ConcurrentDictionary<TKey, TValue>();
            Volatile.Write(ref _added, 0);
        }
    }
}
