using System.Text.Json;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Catalog;

/// <summary>The catalogue: held whole in memory, written by compare-and-set, every write an entry of its audit chain.</summary>
/// <remarks>
/// The store's shard <c>catalog</c> is event-sourced: a commit appends one entry, and writes the keys <c>snapshot</c> (what an SDK
/// reads) and <c>head</c> (where the chain ends) in the same atomic step. The state in memory is the fold of the log.
/// </remarks>
internal sealed class CatalogStore(IStore store, TimeProvider clock, ILogger<CatalogStore> logger) : IDisposable
{
    public const string Shard = "catalog";
    public const string SnapshotKey = "snapshot";
    public const string HeadKey = "head";

    private const int PageSize = 500;
    private const int MaximumAttempts = 30;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile Loaded _loaded = new(CatalogState.Empty, ShardVersion.None);

    /// <summary>The newest state known to this process; readers of the moment take it, writers go through <see cref="CommitAsync"/>.</summary>
    public CatalogState State => _loaded.State;

    /// <summary>The newest state of the store: one version read when nothing changed.</summary>
    public async Task<CatalogState> RefreshAsync(CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(Shard, [], cancellationToken);
        var loaded = _loaded;
        if (read.Version == loaded.Version) return loaded.State;

        await _gate.WaitAsync(cancellationToken);
        try
        {
            return (await TailAsync(wanted: null, cancellationToken)).State;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Decides on the newest state and writes what was decided if nobody was faster; otherwise decides again.</summary>
    /// <param name="by">Who asks, for the audit.</param>
    /// <param name="decide">Pure: it may be called several times. It throws <see cref="ProblemException"/> to refuse.</param>
    /// <param name="cancellationToken">Gives up before the write; once sent, the write is seen through.</param>
    /// <returns>The state just after the change, even when others have changed the catalogue since.</returns>
    public async Task<CatalogState> CommitAsync(
        string by, Func<CatalogState, CatalogChange> decide, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        // Seeded by the commit: two processes that collide once do not wait the same time again.
        var jitter = new Random(id.GetHashCode());

        await _gate.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                // After a write of unknown outcome, the log tells whether it was applied: it would carry our id.
                var (state, version, applied) = await TailAsync(attempt == 1 ? null : id, cancellationToken);
                if (applied is not null) return applied;

                var change = decide(state);
                if (change.Action.Length == 0) return state;

                var next = Fold(state, change, by, id, out var commit);
                if (await TryCommitAsync(version, next, commit, attempt) is { } written) return written;
                await Task.Delay(jitter.Next(1, Math.Min(100, 4 * attempt)), cancellationToken);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    /// <returns>The new state, or null when another was faster or the outcome is unknown: the log will tell.</returns>
    private async Task<CatalogState?> TryCommitAsync(ShardVersion version, CatalogState next, StoreCommit commit, int attempt)
    {
        try
        {
            // No cancellation here: a caller who hangs up must not leave a change that nobody knows about.
            if (await store.CommitAsync(Shard, version, commit, CancellationToken.None) is { } written)
            {
                _loaded = new Loaded(next, written);
                return next;
            }
        }
        catch (Exception exception) when (attempt < MaximumAttempts)
        {
            logger.UnknownOutcome(exception, next.Version);
        }

        return attempt < MaximumAttempts
            ? null
            : throw Problems.Unavailable("The catalogue is being changed by too many at once. Nothing was written; try again.");
    }

    private CatalogState Fold(CatalogState state, CatalogChange change, string by, Guid id, out StoreCommit commit)
    {
        var after = state;
        foreach (var document in change.Documents)
        {
            if (document.Version != after.VersionOf(document) + 1)
            {
                throw new InvalidOperationException(
                    $"'{document.Key}' is written at version {document.Version}, after {after.VersionOf(document)}.");
            }

            after = after.With(document);
        }

        var (entry, bytes) = new CatalogEntry
        {
            Seq = state.Version + 1,
            Id = id,
            At = clock.GetUtcNow(),
            By = by,
            Action = change.Action,
            Reason = change.Reason,
            Documents = [.. change.Documents.Select(DocumentCodec.Write)],
            Prev = state.Head,
        }.Seal();
        after = after with { Version = entry.Seq, Head = entry.Hash };

        var snapshot = JsonSerializer.SerializeToUtf8Bytes(SnapshotBuilder.Build(after), ApiJson.Stored);
        var head = JsonSerializer.SerializeToUtf8Bytes(new CatalogHead(entry.Seq, entry.Hash), ApiJson.Stored);
        commit = new StoreCommit([new(SnapshotKey, snapshot), new(HeadKey, head)], bytes, Notify: true);
        return after;
    }

    /// <summary>Folds what the log has beyond what is known; the gate is held.</summary>
    private async Task<(CatalogState State, ShardVersion Version, CatalogState? Applied)> TailAsync(
        Guid? wanted, CancellationToken cancellationToken)
    {
        // The version first: it is never newer than the log read after it, so a commit on it fails if the log moved.
        var version = (await store.ReadAsync(Shard, [], cancellationToken)).Version;
        var (state, known) = _loaded;
        CatalogState? applied = null;
        if (version == known) return (state, version, applied);

        // A store that was restored from a copy can be behind us, or at our number by other commits: start again.
        if (version.Number <= known.Number) state = CatalogState.Empty;
        while (state.Version < version.Number)
        {
            var page = await store.ReadLogAsync(
                Shard, state.Version, (int)Math.Min(PageSize, version.Number - state.Version), cancellationToken);
            if (page.Entries.Count == 0 || page.First != state.Version)
                throw new InvalidDataException($"The catalogue's log lacks its entry {state.Version + 1}.");

            foreach (var bytes in page.Entries)
            {
                var entry = Read(bytes, state.Version + 1);
                if (entry.Prev != state.Head && known.Number > 0 && state.Version == known.Number)
                {
                    // What we hold is not what this log grew from.
                    state = CatalogState.Empty;
                    known = ShardVersion.None;
                    break;
                }

                // A broken chain is served all the same, and told: GET /v1/audit/verify says where.
                if (entry.Prev != state.Head) logger.BrokenChain(entry.Seq);
                // By position, not by the entry's own number: an entry moved by other means must not confuse the count.
                state = state.Apply(entry) with { Version = state.Version + 1 };
                if (entry.Id == wanted) applied = state;
            }
        }

        _loaded = new Loaded(state, version);
        return (state, version, applied);
    }

    private static CatalogEntry Read(ReadOnlyMemory<byte> bytes, long number)
    {
        try
        {
            return CatalogEntry.Read(bytes.Span);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(
                $"Entry {number} of the catalogue's log cannot be read: the store was damaged or changed by other means. Restore a copy of it.",
                exception);
        }
    }

    private sealed record Loaded(CatalogState State, ShardVersion Version);
}

/// <summary>Where the audit chain ends: number of entries and hash of the last.</summary>
internal sealed record CatalogHead(long Entries, string Hash);
