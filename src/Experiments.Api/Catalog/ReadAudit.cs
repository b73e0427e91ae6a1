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
            .WithSummary("Recomputes the hash of every stored entry: whether the chain holds, how long it is, where it ends.");
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

    internal static async Task<Ok<AuditVerification>> VerifyAsync(IStore store, CancellationToken cancellationToken) =>
        TypedResults.Ok(await AuditChain.VerifyAsync(store, cancellationToken));
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
