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
    private IdentityJoiner? _joiner;

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
            _joiner = new IdentityJoiner(store, ShardOf, CommitAsync);
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
        var aliases = events.OfType<AliasEvent>().ToList();
        if (aliases.Count == 0) return await CommitAsync(events, cancellationToken).ConfigureAwait(false);

        // What the two ids did is there when they are joined; it comes to the same in any order, this one is less work.
        var others = new Queue<bool>(await CommitAsync([.. events.Where(e => e is not AliasEvent)], cancellationToken).ConfigureAwait(false));
        var duplicates = new bool[events.Count];
        for (var i = 0; i < events.Count; i++)
        {
            duplicates[i] = events[i] is AliasEvent alias
                ? !await Joiner.JoinAsync(alias, cancellationToken).ConfigureAwait(false)
                : others.Dequeue();
        }

        return duplicates;
    }

    /// <summary>The record of the person behind an id, and whether he is known under several; null when nothing is known of him.</summary>
    public Task<(UserRecord? Record, bool Several)> FindAsync(UserKey user, CancellationToken cancellationToken) => Joiner.FindAsync(user, cancellationToken);

    /// <summary>All ids of the person behind one, in the order in which they can be erased.</summary>
    public Task<IReadOnlyList<UserKey>> IdsOfAsync(UserKey user, CancellationToken cancellationToken) => Joiner.IdsOfAsync(user, cancellationToken);

    /// <summary>Ends joins of identities that a crash left half done.</summary>
    public async Task ResumeJoinsAsync(CancellationToken cancellationToken)
    {
        foreach (var shard in shards.All) await Joiner.ResumeAsync(shard, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers?.Values ?? Enumerable.Empty<ShardWriter>()) await writer.DisposeAsync().ConfigureAwait(false);
        _opening.Dispose();
    }

    private static InvalidOperationException NotOpen() => new("The ledger was used before it was opened.");

    private IdentityJoiner Joiner => _joiner ?? throw NotOpen();

    /// <summary>Commits events, and sends on those whose user's record was joined to another.</summary>
    private async Task<bool[]> CommitAsync(IReadOnlyList<LedgerEvent> events, CancellationToken cancellationToken)
    {
        var duplicates = new bool[events.Count];
        var left = events.Select((added, index) => (Event: added, Index: index)).ToList();
        while (left.Count > 0)
        {
            var sentOn = new List<(LedgerEvent Event, int Index)>();
            foreach (var (part, submission) in await CommitOnceAsync(left, cancellationToken).ConfigureAwait(false))
            {
                for (var i = 0; i < part.Count; i++)
                {
                    duplicates[part[i].Index] = submission.Duplicates[i];

                    // Who joins identities looks again where they are; everything else goes where the record went.
                    if (submission.SentOn[i] is { } user && part[i].Event is not JoinEvent) sentOn.Add((part[i].Event with { User = user }, part[i].Index));
                }
            }

            left = sentOn;
        }

        return duplicates;
    }

    private async Task<List<(List<(LedgerEvent Event, int Index)> Part, Submission Submission)>> CommitOnceAsync(
        List<(LedgerEvent Event, int Index)> events, CancellationToken cancellationToken)
    {
        var writers = _writers ?? throw NotOpen();
        var parts = events.GroupBy(e => ShardOf(e.Event.User)).Select(shard =>
        {
            var part = shard.ToList();
            return (Shard: shard.Key, Part: part, Submission: new Submission([.. part.Select(e => e.Event)]));
        }).ToList();
        if (inbox is not null && parts.Any(p => inbox.IsFull(p.Shard))) throw new LedgerBusyException("The archive is behind; try again shortly.");
        await Task.WhenAll(parts.Select(p => writers[p.Shard].SubmitAsync(p.Submission))).WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. parts.Select(p => (p.Part, p.Submission))];
    }

    private string ShardOf(UserKey user)
    {
        Span<byte> bytes = stackalloc byte[16];
        user.WriteTo(bytes);
        return shards.ShardOf(bytes);
    }
}
