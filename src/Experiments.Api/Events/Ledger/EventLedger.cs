using System.Security.Cryptography;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Experiments.Api.Store;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Events.Ledger;

/// <summary>Accepted events in, moments moved: the service's one way to count.</summary>
internal sealed class EventLedger(
    IStore store, ShardMap shards, ILedgerSchemaSource schema, TimeProvider clock, IOptions<LedgerOptions> options, ILogger<EventLedger> log,
    IInboxBound? inbox = null, ApiMetrics? metrics = null)
    : IAsyncDisposable
{
    /// <summary>Key, in the catalogue's shard, of the key that pseudonyms are made with.</summary>
    public const string PseudonymKeyName = "pseudonym-key";

    private readonly SemaphoreSlim _opening = new(1);
    private Dictionary<string, ShardWriter>? _writers;
    private byte[]? _pseudonymKey;

    /// <summary>Reads, or makes, what the ledger needs before its first event. Safe to call again.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _writers) is not null) return;
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_writers is not null) return;
            var key = await store.SetIfAbsentAsync(
                CatalogStore.Shard, PseudonymKeyName, RandomNumberGenerator.GetBytes(32), cancellationToken).ConfigureAwait(false);
            _pseudonymKey = key.ToArray();
            await shards.LoadAsync(cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _writers, shards.All.ToDictionary(
                shard => shard, shard => new ShardWriter(shard, store, schema, clock, options.Value, log, metrics)));
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Pseudonym of a user's id; the ledger must be open.</summary>
    public UserKey Pseudonym(string user) => UserKey.Of(_pseudonymKey ?? throw NotOpen(), user);

    /// <summary>Commits events; when it returns, each survives a crash and is in the next read of the results.</summary>
    /// <returns>For each event, in the order given: whether it was known already, and so changed nothing.</returns>
    /// <exception cref="LedgerBusyException">More waits already than the bounds allow.</exception>
    /// <exception cref="StoreUnavailableException">The store did not take them; those of some shards may have been taken: send all again.</exception>
    public async Task<bool[]> SubmitAsync(IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken)
    {
        var writers = _writers ?? throw NotOpen();
        var parts = new Dictionary<string, (List<LedgerEvent> Events, List<int> Origins)>();
        for (var i = 0; i < events.Count; i++)
        {
            var shard = ShardOf(events[i].User);
            if (!parts.TryGetValue(shard, out var part)) parts[shard] = part = ([], []);
            part.Events.Add(events[i]);
            part.Origins.Add(i);
        }

        if (inbox is not null && parts.Keys.Any(inbox.IsFull)) throw new LedgerBusyException("The archive is behind; try again shortly.");
        var submissions = parts.Select(p => (Shard: p.Key, p.Value.Origins, Submission: new Submission(p.Value.Events))).ToList();
        await Task.WhenAll(submissions.Select(s => writers[s.Shard].SubmitAsync(s.Submission)))
            .WaitAsync(cancellationToken).ConfigureAwait(false);

        var duplicates = new bool[events.Count];
        foreach (var (_, origins, submission) in submissions)
        {
            for (var i = 0; i < origins.Count; i++) duplicates[origins[i]] = submission.Duplicates[i];
        }

        return duplicates;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers?.Values ?? Enumerable.Empty<ShardWriter>()) await writer.DisposeAsync().ConfigureAwait(false);
        _opening.Dispose();
    }

    private static InvalidOperationException NotOpen() => new("The ledger was used before it was opened.");

    private string ShardOf(UserKey user)
    {
        Span<byte> bytes = stackalloc byte[16];
        user.WriteTo(bytes);
        return shards.ShardOf(bytes);
    }
}
