using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Security.Cryptography;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Webhooks;

internal static class CreateWebhook
{
    /// <summary>Where messages go, and which.</summary>
    internal sealed record Request
    {
        [Required]
        public string? Key { get; init; }
        public string? Name { get; init; }

        /// <summary>An https address on the public internet.</summary>
        [Required]
        public string? Url { get; init; }

        /// <summary>Of: promoted, contested, demoted, unhealthy, needsReview. Default: all.</summary>
        public IReadOnlyList<string?>? Events { get; init; }

        /// <summary>Default true.</summary>
        public bool? Enabled { get; init; }

        public static Request From(Webhook w) => new() { Key = w.Key, Name = w.Name, Url = w.Url, Events = w.Events, Enabled = w.Enabled };
    }

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Key).Key();
            RuleFor(r => r.Name).OptionalText(200);
            RuleFor(r => r.Url).Text(2000);
            RuleFor(r => r.Events).Must(e => e is null or { Count: > 0 and <= 20 }).WithMessage("must be absent, or name at least one event");
            RuleForEach(r => r.Events).OneOf(EventTypes.All);
        }
    }

    public static void Map(RouteGroupBuilder webhooks) => webhooks
        .MapPost("/", HandleAsync)
        .WithName("createWebhook")
        .WithSummary("Have an address told what happens. The answer shows the secret that messages are signed with, once.")
        .Validate<Request>()
        .Idempotent()
        .Answers(409);

    internal static async Task<Created<WebhookView>> HandleAsync(
        Request request, CatalogStore catalog, WebhookSecrets secrets, IOptions<WebhookOptions> options, ClaimsPrincipal user, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        CheckUrl(request.Url!, options.Value);
        var salt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var state = await catalog.CommitAsync(
            user.ActorName(),
            state =>
            {
                var before = state.Webhooks.GetValueOrDefault(request.Key!);
                if (before is { Archived: false })
                    throw Problems.Conflict("webhook-exists", $"A webhook with key '{request.Key}' already exists; choose another key, or change it with PATCH.");
                return new CatalogChange("webhook.create", "", Changed(request, new Webhook
                {
                    Key = request.Key!,
                    Version = (before?.Version ?? 0) + 1,
                    Url = "",
                    Events = [],
                    CreatedAt = clock.GetUtcNow(),
                    Since = state.Version,
                    Salt = salt,
                }));
            },
            cancellationToken);
        var webhook = state.RequireWebhook(request.Key!);
        var secret = await secrets.OfAsync(webhook, webhook.SecretNumber, cancellationToken);
        return TypedResults.Created($"/v1/webhooks/{webhook.Key}", WebhookView.From(webhook) with { Secret = secret });
    }

    public static void CheckUrl(string url, WebhookOptions options)
    {
        if (WebhookUrl.Problem(url, options.AllowPrivateAddresses) is { } problem)
            throw Problems.Unprocessable("url-refused", $"'url' {problem}.", ("url", problem));
    }

    public static Webhook Changed(Request request, Webhook webhook) => webhook with
    {
        Name = request.Name,
        Url = request.Url!,
        Events = [.. request.Events?.Select(e => e!).Distinct(StringComparer.Ordinal) ?? EventTypes.All],
        Enabled = request.Enabled ?? true,
        DisabledReason = request.Enabled == false ? webhook.DisabledReason : null,
    };
}
