using System.Globalization;
using Experiments.Api.Access;
using Experiments.Api.Shared;
using Experiments.Api.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Catalog;

/// <summary>The audit: what was changed, by whom, when and why, oldest first; and whether the chain still holds.</summary>
internal static class ReadAudit
{
    public static void MapAudit(this IEndpointRouteBuilder app)
    {
        var audit = app.MapGroup("/v1/audit").WithTags("Audit").Requires(read: Role.Viewer, write: Role.Admin);
        audit.MapGet("/", ListAsync)
            .WithName("listAudit")
            .WithSummary("The changes of the catalogue, oldest first.")
            .Answers(StatusCodes.Status400BadRequest);
        audit.MapGet("/verify", VerifyAsync)
            .WithName("verifyAudit")
            .WithSummary("Recomputes the hash of every stored entry: whether the chain holds, how long it is, where it ends. "
                + "With the entries and head of an earlier answer: whether it still grows from there, nothing cut off and nothing rewritten.")
            .Answers(StatusCodes.Status400BadRequest);
    }

    internal static async Task<Ok<Page<AuditView>>> ListAsync(
        IStore store, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        var count = Paging.Limit(limit);
        long from = 0;
        if (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out from))
            throw Paging.InvalidCursor();

        var page = await store.ReadLogAsync(CatalogStore.Shard, from, count + 1, cancellationToken);
        var items = page.Entries.Take(count).Select(bytes => AuditView.From(CatalogEntry.Read(bytes.Span))).ToList();
        var next = page.Entries.Count > count ? (page.First + count).ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Ok(new Page<AuditView>(items, next));
    }

    /// <param name="store">Holds the chain.</param>
    /// <param name="head">The head of an earlier answer; together with <paramref name="entries"/>.</param>
    /// <param name="entries">The entries of that answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<Ok<AuditVerification>> VerifyAsync(
        IStore store, string? head, long? entries, CancellationToken cancellationToken) =>
        TypedResults.Ok(await AuditChain.VerifyAsync(store, Earlier(head, entries), cancellationToken));

    private static CatalogHead? Earlier(string? head, long? entries)
    {
        if (head is null && entries is null) return null;
        if (head is not { Length: 64 } || !head.All(char.IsAsciiHexDigitLower) || entries is not >= 0)
        {
            throw Problems.Invalid("invalid-head", "'head' and 'entries' go together, as an earlier answer of this route gave them.",
                ("head", "must be 64 lower-case hexadecimal digits, beside 'entries'"));
        }

        return new CatalogHead(entries.Value, head);
    }
}

internal sealed record AuditView(
    long Seq, DateTimeOffset At, string By, string Action, string Reason, IReadOnlyList<AuditedDocument> Documents, string Prev, string Hash)
{
    public static AuditView From(CatalogEntry e) => new(
        e.Seq, e.At, e.By, e.Action, e.Reason,
        [.. e.Documents.Select(d => new AuditedDocument(d.Type, d.Key, d.Body.TryGetProperty("version", out var v) ? v.GetInt64() : 0))],
        e.Prev, e.Hash);
}

/// <summary>A document that a change wrote, and the version that it has since.</summary>
internal sealed record AuditedDocument(string Type, string Key, long Version);
