using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Catalog;

/// <summary>Checks the audit chain on the stored bytes: an entry altered, removed, added or moved shows.</summary>
internal static class AuditChain
{
    private const int PageSize = 500;

    /// <param name="store">Holds the chain.</param>
    /// <param name="earlier">Where the chain once ended, as somebody noted it: a chain cut off there or before, or written anew, is
    /// whole in itself, and only this tells.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<AuditVerification> VerifyAsync(IStore store, CatalogHead? earlier, CancellationToken cancellationToken)
    {
        // The head first: entries that are appended meanwhile are not of this check.
        var read = await store.ReadAsync(CatalogStore.Shard, [CatalogStore.HeadKey], cancellationToken);
        var entries = read.Version.Number;
        var head = CatalogEntry.NoHash;
        var then = earlier?.Entries == 0 ? head : null;
        for (long position = 0; position < entries;)
        {
            var page = await store.ReadLogAsync(
                CatalogStore.Shard, position, (int)Math.Min(PageSize, entries - position), cancellationToken);
            if (page.Entries.Count == 0 || page.First != position) return Broken(position, head, "is missing");
            foreach (var bytes in page.Entries)
            {
                if (Check(bytes.Span, position + 1, head, out var hash) is { } problem) return Broken(position, head, problem);
                head = hash;
                position++;
                if (position == earlier?.Entries) then = head;
            }
        }

        if (HeadOf(read) != new CatalogHead(entries, head)) return Broken(entries, head, "is not where the stored head says that the chain ends");
        return new AuditVerification(earlier is null || then == earlier.Hash, entries, head, earlier is null ? null : Difference(earlier, then));
    }

    private static string? Difference(CatalogHead earlier, string? then)
    {
        if (then is null) return string.Create(CultureInfo.InvariantCulture, $"The chain once had {earlier.Entries} entries: those at its end are gone.");
        return then == earlier.Hash
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"Entry {earlier.Entries} had another hash: the chain was written anew.");
    }

    private static string? Check(ReadOnlySpan<byte> bytes, long seq, string prev, out string hash)
    {
        hash = "";
        if (CatalogEntry.HashOf(bytes) is not { } computed) return "carries no hash";
        CatalogEntry entry;
        try
        {
            entry = CatalogEntry.Read(bytes);
        }
        catch (JsonException)
        {
            return "cannot be read";
        }

        hash = entry.Hash;
        if (entry.Hash != computed) return "does not have the hash of its content";
        if (entry.Prev != prev) return "does not follow the entry before it";
        return entry.Seq == seq ? null : "has the number of another";
    }

    private static CatalogHead? HeadOf(ShardRead read)
    {
        if (read.Values[0] is not { } bytes) return new CatalogHead(0, CatalogEntry.NoHash);
        try
        {
            return JsonSerializer.Deserialize<CatalogHead>(bytes.Span, ApiJson.Stored);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static AuditVerification Broken(long position, string head, string problem) =>
        new(false, position, head, $"Entry {position + 1} {problem}.");
}

/// <summary>Whether the chain holds; <paramref name="Entries"/> and <paramref name="Head"/> tell how far it does.</summary>
internal sealed record AuditVerification(
    bool Valid, long Entries, string Head, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Problem);
