using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Access;

internal static class ReadKeys
{
    public static void Map(RouteGroupBuilder keys)
    {
        keys.MapGet("/", ListAsync)
            .WithName("listKeys")
            .WithSummary("The keys, oldest first, with their last use; revoked ones only with revoked=true.")
            .Answers(400);
        keys.MapGet("/{key}", GetAsync)
            .WithName("getKey")
            .WithSummary("One key, revoked or not.")
            .Answers(404);
    }

    internal static async Task<Ok<Page<KeyView>>> ListAsync(
        CatalogStore catalog, KeyUses uses, TimeProvider clock, int? limit, string? cursor, bool? revoked, CancellationToken cancellationToken)
    {
        var state = await catalog.RefreshAsync(cancellationToken);
        var keys = state.AccessKeys.Values.Where(k => !k.Revoked || revoked == true).ToList();
        var used = await uses.ReadAsync([.. keys.Select(k => k.Key)], cancellationToken);
        return TypedResults.Ok(Paging.Page(
            keys, k => (k.CreatedAt, k.Key), k => KeyView.From(k, clock.GetUtcNow(), used.GetValueOrDefault(k.Key)), limit, cursor));
    }

    internal static async Task<Ok<KeyView>> GetAsync(
        string key, CatalogStore catalog, KeyUses uses, TimeProvider clock, CancellationToken cancellationToken)
    {
        var document = (await catalog.RefreshAsync(cancellationToken)).RequireKey(key);
        var used = await uses.ReadAsync([key], cancellationToken);
        return TypedResults.Ok(KeyView.From(document, clock.GetUtcNow(), used.GetValueOrDefault(key)));
    }
}
