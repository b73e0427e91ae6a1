using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Experiments.Api.Access;

internal static class RevokeKey
{
    public static void Map(RouteGroupBuilder keys) => keys
        .MapDelete("/{key}", HandleAsync)
        .WithName("revokeKey")
        .WithSummary("End a key now: what holds it is refused, sessions and open streams included.")
        .Answers(404, 409, 412);

    internal static async Task<NoContent> HandleAsync(
        string key, [FromHeader(Name = "If-Match")] string? ifMatch, CatalogStore catalog, ClaimsPrincipal user, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        await catalog.CommitAsync(
            user.ActorName(),
            state =>
            {
                var current = state.RequireKey(key);
                Versions.Check(ifMatch, current.Version);
                if (!current.Revoked) RefuseIfLast(state, current, clock.GetUtcNow());
                return Change(current);
            },
            cancellationToken);
        return TypedResults.NoContent();
    }

    public static CatalogChange Change(AccessKey key) => key.Revoked
        ? CatalogChange.None
        : new CatalogChange("key.revoke", "", key with { Revoked = true, Version = key.Version + 1 });

    private static void RefuseIfLast(CatalogState state, AccessKey key, DateTimeOffset now)
    {
        if (key.Role != "admin" || state.AccessKeys.Values.Any(k => k.Key != key.Key && k is { Role: "admin", Revoked: false } && !(now >= k.ExpiresAt)))
            return;
        throw Problems.Conflict(
            "last-admin", "This is the last key of role 'admin': make another first. If others have seen it, rotate it with overlap PT0S.");
    }
}
