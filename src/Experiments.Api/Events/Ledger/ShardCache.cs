using Experiments.Api.Store;

namespace Experiments.Api.Events.Ledger;

/// <summary>What a shard's writer remembers of the shard; true as long as the shard's version is the writer's own last.</summary>
internal sealed class ShardCache(int capacity)
{
    private Dictionary<UserKey, UserRecord> _young = [];
    private Dictionary<UserKey, UserRecord> _old = [];

    public bool IsValid { get; private set; }

    public ShardVersion Version { get; private set; }

    /// <summary>Head of the shard's log at this version.</summary>
    public ShardHead Head { get; set; }

    public Dictionary<RowKey, MomentRow> Rows { get; } = [];

    public Dictionary<string, List<RowKey>> Indexes { get; } = [];

    /// <summary>Starts anew, or goes on when the shard is still where this cache left it.</summary>
    /// <returns>False when the shard had moved and what was remembered was dropped.</returns>
    public bool Observe(ShardVersion version)
    {
        if (IsValid && Version == version) return true;
        var wasValid = IsValid;
        Drop();
        IsValid = true;
        Version = version;
        return !wasValid;
    }

    /// <summary>The writer's own commit succeeded: what it holds is what the store holds.</summary>
    public void Committed(ShardVersion version, ShardHead head)
    {
        IsValid = true;
        Version = version;
        Head = head;
    }

    /// <summary>Before values are changed in place: should the commit fail, nothing of this may be used.</summary>
    public void Suspend() => IsValid = false;

    public void Drop()
    {
        IsValid = false;
        _young.Clear();
        _old.Clear();
        Rows.Clear();
        Indexes.Clear();
    }

    public UserRecord? Find(UserKey user)
    {
        if (_young.TryGetValue(user, out var record)) return record;
        if (!_old.TryGetValue(user, out record)) return null;
        Put(user, record);
        return record;
    }

    /// <summary>Remembers a record; when full, the half not used lately is forgotten.</summary>
    public void Put(UserKey user, UserRecord record)
    {
        _young[user] = record;
        if (_young.Count <= capacity / 2) return;
        (_old, _young) = (_young, _old);
        _young.Clear();
    }
}
