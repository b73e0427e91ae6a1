using System.Text.Json;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Catalog;

/// <summary>Writes the entries of a copied audit chain into a store that lacks them, byte for byte.</summary>
internal static class CatalogRestore
{
    /// <exception cref="InvalidDataException">The copy is damaged, or is not of this store's chain.</exception>
    public static async Task RunAsync(IStore store, IReadOnlyList<byte[]> entries, CancellationToken cancellationToken)
    {
        var state = CatalogState.Empty;
        var version = (await store.ReadAsync(CatalogStore.Shard, [], cancellationToken).ConfigureAwait(false)).Version;
        foreach (var bytes in entries)
        {
            var entry = CatalogEntry.Read(bytes);
            if (entry.Prev != state.Head || CatalogEntry.HashOf(bytes) != entry.Hash)
            {
                throw new InvalidDataException($"Entry {entry.Seq} of the copied catalogue breaks its audit chain: take an older copy of the archive's folder.");
            }

            state = state.Apply(entry);
            if (entry.Seq <= version.Number) continue;
            var head = JsonSerializer.SerializeToUtf8Bytes(new CatalogHead(entry.Seq, entry.Hash), ApiJson.Stored);
            var snapshot = JsonSerializer.SerializeToUtf8Bytes(SnapshotBuilder.Build(state), ApiJson.Stored);
            var commit = new StoreCommit([new(CatalogStore.SnapshotKey, snapshot), new(CatalogStore.HeadKey, head)], bytes, Notify: true);
            version = await store.CommitAsync(CatalogStore.Shard, version, commit, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidDataException("Another process writes to this store: stop it first.");
        }
    }
}
