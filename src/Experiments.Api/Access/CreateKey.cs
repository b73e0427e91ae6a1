using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Access;

internal static class CreateKey
{
    /// <summary>What the key may do, and what it is for.</summary>
    internal sealed record Request
    {
        [AllowedValues("app", "viewer", "marketer", "admin")]
        [Required]
        public string? Role { get; init; }

        /// <summary>What it is for, so that its last use says something: <c>shop web site</c>.</summary>
        public string? Name { get; init; }

        /// <summary>It will stand in pages that anybody reads; role <c>app</c> only. It sees no audience rules.</summary>
        public bool? Browser { get; init; }

        /// <summary>When it ends by itself; default: never.</summary>
        public DateTimeOffset? ExpiresAt { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Role).OneOf(RoleNames.All);
            RuleFor(r => r.Name).OptionalText(200);
            RuleFor(r => r.Browser).Must((r, browser) => browser is not true || r.Role == "app").WithMessage("belongs to role 'app' only");
        }
    }

    public static void Map(RouteGroupBuilder keys) => keys
        .MapPost("/", HandleAsync)
        .WithName("createKey")
        .WithSummary("Make a key. The answer shows it, once: only its hash is kept.")
        .Validate<Request>()
        .Idempotent()
        .Answers(409);

    internal static async Task<Created<KeyView>> HandleAsync(
        Request request, CatalogStore catalog, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (request.ExpiresAt <= now) throw Problems.Invalid("in-the-past", "'expiresAt' has passed.", ("expiresAt", "must lie in the future"));
        var (key, secret) = SecretKeys.Create(RoleNames.Parse(request.Role)!.Value, now, request.Name, request.Browser == true);
        key = key with { ExpiresAt = request.ExpiresAt };
        await catalog.CommitAsync(user.ActorName(), state => Change(state, key), cancellationToken);
        return TypedResults.Created($"/v1/keys/{key.Key}", KeyView.From(key, now) with { Secret = secret });
    }

    /// <summary>The change that adds a key.</summary>
    public static CatalogChange Change(CatalogState state, AccessKey key)
    {
        if (state.AccessKeys.IsEmpty && (key.Role != "admin" || key.ExpiresAt is not null))
        {
            throw Problems.Conflict(
                "admin-first", "From the first key on every call needs one: make the first of role 'admin' and without an end, or nobody can make others.");
        }

        return new CatalogChange("key.create", $"role {key.Role}{(key.Name is null ? "" : ": " + key.Name)}", key);
    }
}
