using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Experiments.Api.Store;

/// <summary>Which shard a user is in: s0, s1, …, as many as the store was created with.</summary>
internal sealed class ShardMap(IStore store, int? configured, int atCreation)
{
    private const string Shard = "catalog";
    private const string Key = "shards";

    // A seed of its own: without it, a shard would hold the users whose assignment hashes share their last bits.
    private const long Seed = 0x73686172;
    private string[]? _shards;

    /// <summary>All shards of users, in order.</summary>
    public IReadOnlyList<string> All => Loaded;

    private string[] Loaded => Volatile.Read(ref _shards)
        ?? throw new InvalidOperationException("The shards are not known yet: LoadAsync comes first (the host does it at its start).");

    /// <summary>The shard of a user: XxHash3 (64 bit, seeded) of the key, modulo the number of shards. Allocates nothing.</summary>
    public string ShardOf(ReadOnlySpan<byte> userKey)
    {
        var shards = Loaded;
        return shards.Length == 1 ? shards[0] : shards[XxHash3.HashToUInt64(userKey, Seed) % (uint)shards.Length];
    }

    /// <summary>Learns the number of shards from the store, or fixes it there when the store is new. Further calls do nothing.</summary>
    /// <exception cref="StoreRefusedException">The configuration asks for another number than the store has.</exception>
    public Task LoadAsync(CancellationToken cancellationToken) => LoadAsync(null, cancellationToken);

    /// <summary>The same for a store that is made anew: it gets the number of shards that it had.</summary>
    /// <exception cref="StoreRefusedException">The configuration asks for another number than the store has.</exception>
    public async Task LoadAsync(int? had, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _shards) is not null)
        {
            return;
        }

        var asked = (configured ?? had ?? atCreation).ToString(CultureInfo.InvariantCulture);
        var stored = Encoding.UTF8.GetString(
            (await store.SetIfAbsentAsync(Shard, Key, Encoding.UTF8.GetBytes(asked), cancellationToken).ConfigureAwait(false)).Span);
        if (!int.TryParse(stored, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1)
        {
            throw new StoreRefusedException("The store's number of shards cannot be read: it is damaged or not a store of Experiments.");
        }

        if (configured is { } number && number != count)
        {
            throw new StoreRefusedException(string.Create(CultureInfo.InvariantCulture,
                $"Experiments:Shards is {number}, but the store was created with {count}, which cannot change: every user has a place in it. Remove the setting or set it to {count}; for another number start a new store."));
        }

        var names = Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"s{i}")).ToArray();
        Interlocked.CompareExchange(ref _shards, names, null);
    }
}
