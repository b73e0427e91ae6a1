using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Results.Looks;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Archive;

/// <summary>Copies beside the events what else a rebuild needs: the catalogue with its audit chain, the key of the pseudonyms, the looks.</summary>
internal sealed class ServiceCopy(IStore store, ShardMap shards, CatalogStore catalog, LookStore looks)
{
    private const string CatalogFile = "catalog.ndjson";
    private const string ServiceFile = "service.json";
    private const int PageSize = 500;

    private long _copied = -1;

    /// <summary>What is not in the catalogue.</summary>
    /// <param name="Shards">Number of shards of users.</param>
    /// <param name="PseudonymKey">Base64. Who has it can tell whether somebody is in the archive: keep this file from analysts.</param>
    /// <param name="Looks">State of the looks by experiment.</param>
    internal sealed record Service(int Shards, string PseudonymKey, IReadOnlyDictionary<string, JsonElement> Looks);

    public async Task WriteAsync(ArchiveFolder folder, CancellationToken cancellationToken)
    {
        var state = await catalog.RefreshAsync(cancellationToken).ConfigureAwait(false);
        if (state.Version != _copied) await WriteCatalogAsync(folder, state.Version, cancellationToken).ConfigureAwait(false);
        _copied = state.Version;

        var states = new Dictionary<string, JsonElement>();
        foreach (var experiment in state.Experiments.Values.Where(e => e.StartedAt is not null))
        {
            var (look, version) = await looks.ReadAsync(experiment.Key, cancellationToken).ConfigureAwait(false);
            if (version != ShardVersion.None) states[experiment.Key] = JsonSerializer.SerializeToElement(look, ApiJson.Stored);
        }

        var key = (await store.ReadAsync(CatalogStore.Shard, [EventLedger.PseudonymKeyName], cancellationToken).ConfigureAwait(false)).Values[0];
        var service = new Service(shards.All.Count, Convert.ToBase64String((key ?? default).Span), states);
        folder.Write(ServiceFile, path => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(service, ApiJson.Stored)));
    }

    /// <summary>The copy in a folder; null when there is none.</summary>
    public static (Service Service, IReadOnlyList<byte[]> Catalog)? Read(ArchiveFolder folder)
    {
        var (service, entries) = (folder.Full(ServiceFile), folder.Full(CatalogFile));
        if (!File.Exists(service) || !File.Exists(entries)) return null;
        return (
            JsonSerializer.Deserialize<Service>(File.ReadAllBytes(service), ApiJson.Stored)!,
            [.. File.ReadLines(entries).Where(l => l.Length > 0).Select(StoreText.Utf8.GetBytes)]);
    }

    /// <summary>Changes of the catalogue that the copy has.</summary>
    public static long CountOfCatalog(ArchiveFolder folder)
    {
        var file = folder.Full(CatalogFile);
        return File.Exists(file) ? File.ReadLines(file).LongCount(l => l.Length > 0) : 0;
    }

    private async Task WriteCatalogAsync(ArchiveFolder folder, long entries, CancellationToken cancellationToken)
    {
        var lines = new List<ReadOnlyMemory<byte>>();
        while (lines.Count < entries)
        {
            var page = await store.ReadLogAsync(
                CatalogStore.Shard, lines.Count, (int)Math.Min(PageSize, entries - lines.Count), cancellationToken).ConfigureAwait(false);
            if (page.Entries.Count == 0) throw new InvalidDataException($"The catalogue's log lacks its entry {lines.Count + 1}.");
            lines.AddRange(page.Entries);
        }

        // Entries are JSON on one line: a writer that does not indent puts no line break into text.
        folder.Write(CatalogFile, path =>
        {
            using var file = File.Create(path);
            foreach (var line in lines)
            {
                file.Write(line.Span);
                file.WriteByte((byte)'\n');
            }
        });
    }
}
