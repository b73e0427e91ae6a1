using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Access;

internal static class RotateKey
{
    private static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);

    /// <summary>How long the secret of before goes on.</summary>
    internal sealed record Request
    {
        /// <summary>ISO 8601, PT0S to P30D; default P3D. PT0S ends every other secret at once: for a key that was seen by others.</summary>
        public string? Overlap { get; init; }

        public TimeSpan Duration() => Durations.Parse(Overlap ?? "P3D");
    }

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Overlap)
            .Must(o => o is null || (Durations.TryParse(o, out var d) && d <= LongestOverlap))
            .WithMessage("must be an ISO 8601 duration of at most P30D, such as P3D, PT1H or PT0S");
    }

    public static void Map(RouteGroupBuilder keys) => keys
        .MapPost("/{key}/rotate", HandleAsync)
        .WithName("rotateKey")
        .WithSummary("Make another secret for a key. The answer shows it, once; the one before holds for the overlap.")
        .Validate<Request>()
        .Answers(404, 409);

    internal static async Task<Ok<KeyView>> HandleAsync(
        string key, Request request, CatalogStore catalog, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var secret = "";
        var state = await catalog.CommitAsync(
            user.ActorName(),
            state =>
            {
                var current = state.RequireKey(key);
                secret = SecretKeys.NewSecret(current);
                return new CatalogChange("key.rotate", $"overlap {request.Overlap ?? "P3D"}", Rotated(current, secret, now, request.Duration()));
            },
            cancellationToken);
        return TypedResults.Ok(KeyView.From(state.RequireKey(key), now) with { Secret = secret });
    }

    private static AccessKey Rotated(AccessKey key, string secret, DateTimeOffset now, TimeSpan overlap)
    {
        if (key.Revoked) throw Problems.Conflict("revoked", $"The key '{key.Key}' is revoked; make a new one.");
        var others = overlap == TimeSpan.Zero ? [] : key.Secrets.Where(s => s.HoldsAt(now)).ToList();
        if (others.Count > 1)
        {
            throw Problems.Conflict(
                "rotation-running", $"Two secrets of '{key.Key}' hold until {others[0].EndsAt:u}. Wait for it, or end both now with overlap PT0S.");
        }

        return key with
        {
            Version = key.Version + 1,
            Secrets = [.. others.Select(s => s with { EndsAt = now + overlap }), new AccessSecret(SecretKeys.HashOf(secret), now, null)],
        };
    }
}
