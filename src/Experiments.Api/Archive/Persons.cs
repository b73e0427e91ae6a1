using Experiments.Api.Events.Ledger;

namespace Experiments.Api.Archive;

/// <summary>Which ids are one person's, as the archived aliases say: what the ledger's joins came to.</summary>
internal sealed class Persons
{
    private readonly Dictionary<UserKey, JoinEvent> _joins;
    private readonly Dictionary<UserKey, List<UserKey>> _members = [];
    private readonly HashSet<UserKey> _seen = [];

    /// <param name="joins">Each id is joined to another once at most: to a lower one, so that chains end.</param>
    public Persons(IEnumerable<JoinEvent> joins)
    {
        _joins = joins.DistinctBy(join => join.User).ToDictionary(join => join.User);
        Roots = _joins.Keys.ToDictionary(id => id, RootOf);
        foreach (var (id, root) in Roots)
        {
            if (!_members.TryGetValue(root, out var members)) _members[root] = members = [];
            members.Add(id);
        }
    }

    /// <summary>For each id that was joined, the one whose record has all.</summary>
    public IReadOnlyDictionary<UserKey, UserKey> Roots { get; }

    /// <summary>Marks of the ids whose records a record took over.</summary>
    public IEnumerable<LedgerEvent> TakenOverBy(UserKey root)
    {
        _seen.Add(root);
        return _members.GetValueOrDefault(root, [])
            .Select(id => new TakeOverEvent { Id = "take-over", At = 0, User = root, From = id, Content = UserRecord.Empty });
    }

    /// <summary>Records that hold no event that counts: those that were joined, and what they were joined to if nobody did anything.</summary>
    public IEnumerable<(UserKey User, List<LedgerEvent> Events)> Rest() =>
        _members.Keys.Where(root => !_seen.Contains(root)).ToList().Select(root => (root, TakenOverBy(root).ToList()))
            .Concat(_joins.Values.Select(join => (join.User, new List<LedgerEvent> { join })));

    private UserKey RootOf(UserKey id)
    {
        while (_joins.TryGetValue(id, out var join)) id = join.Into;
        return id;
    }
}
