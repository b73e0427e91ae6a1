using System.Globalization;
using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Store;

namespace Experiments.Api.Archive;

/// <summary>Looks at the start whether the store has all that was committed to it: counts, chain of the inbox, head of the audit chain.</summary>
/// <remarks>A store can come back from a crash or from a copy with a part of its data and serve it as if it were all. Then the service lives,
/// says that it is not ready, and serves no partial results.</remarks>
internal sealed class StoreProof(
    IStore store, ShardMap shards, ArchiveStateStore states, ArchiveFolder folder, StoreCompleteness completeness, ILogger<StoreProof> log)
    : IHostedService
{
    /// <summary>A longer inbox is checked at both ends only, so that the start does not wait for it.</summary>
    private const int MostEntries = 20_000;
    private const int PageSize = 256;
    private const int Looks = 3;
    private const string WhatToDo = " Stop the service, and restore a newer copy of the store or run the command 'rebuild'.";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        completeness.Problem = await ProblemAsync(cancellationToken).ConfigureAwait(false);
        if (completeness.Problem is { } problem) log.StoreIncomplete(problem);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <returns>What is missing, and what to do; null when the store is whole.</returns>
    public async Task<string?> ProblemAsync(CancellationToken cancellationToken)
    {
        // Another process may archive and trim while this one reads: what is missing for good is missing at each look.
        string? problem = null;
        for (var look = 0; look < Looks; look++)
        {
            problem = await LookAsync(cancellationToken).ConfigureAwait(false);
            if (problem is null) return null;
        }

        return problem;
    }

    private async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        // What lies beside the store is read first: it follows the store, so that it may be older and never newer.
        var manifest = folder.ReadManifest();
        var copied = ServiceCopy.CountOfCatalog(folder);
        var (state, _) = await states.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (state.Rebuilding) return "A rebuild has begun and not ended. Stop the service and run the command 'rebuild' again.";
        if (await CatalogProblemAsync(copied, cancellationToken).ConfigureAwait(false) is { } catalog) return catalog + WhatToDo;

        if (manifest is not null && manifest.Fence > state.Fence) return "The store is older than the archive beside it." + WhatToDo;
        foreach (var shard in shards.All)
        {
            var archived = state.Of(shard);
            var problem = await ShardProblemAsync(shard, archived, manifest?.Of(shard).Events ?? 0, cancellationToken).ConfigureAwait(false);
            if (problem is not null) return problem + WhatToDo;
        }

        return null;
    }

    private async Task<string?> CatalogProblemAsync(long copied, CancellationToken cancellationToken)
    {
        var chain = await AuditChain.VerifyAsync(store, earlier: null, cancellationToken).ConfigureAwait(false);
        if (!chain.Valid) return $"The catalogue is not whole: {chain.Problem}";
        return copied > chain.Entries
            ? string.Create(CultureInfo.InvariantCulture, $"The catalogue has {chain.Entries} changes, and {copied} were copied to the archive.")
            : null;
    }

    private async Task<string?> ShardProblemAsync(string shard, ShardHead archived, long copied, CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(shard, [ShardHead.Key], cancellationToken).ConfigureAwait(false);
        var head = ShardHead.Decode(read.Values[0]);
        if (head.Events < Math.Max(archived.Events, copied))
        {
            return string.Create(CultureInfo.InvariantCulture, $"Shard {shard} has {head.Events} events, and {Math.Max(archived.Events, copied)} were archived.");
        }

        var whole = head.Entries - archived.Entries <= MostEntries;
        var at = whole ? archived : archived with { Entries = Math.Max(archived.Entries, head.Entries - 1) };
        while (at.Entries < head.Entries)
        {
            var page = await store
                .ReadLogAsync(shard, at.Entries, (int)Math.Min(PageSize, head.Entries - at.Entries), cancellationToken).ConfigureAwait(false);
            if (page.First != at.Entries || page.Entries.Count == 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"The inbox of shard {shard} lacks its entry {at.Entries}.");
            }

            foreach (var entry in page.Entries) at = at.After(entry.Span, 0);
        }

        return whole && at.Chain != head.Chain ? $"The inbox of shard {shard} is not what was committed." : null;
    }
}
