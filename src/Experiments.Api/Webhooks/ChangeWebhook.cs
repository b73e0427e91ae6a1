using System.Security.Claims;
using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Webhooks;

internal static class ChangeWebhook
{
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(3);

    public static void Map(RouteGroupBuilder webhooks)
    {
        webhooks.MapPatch("/{key}", HandleAsync)
            .WithName("changeWebhook")
            .WithSummary("Change a webhook (JSON merge patch).")
            .Patches<CreateWebhook.Request>()
            .Answers(400, 404, 409, 412, 422);
        webhooks.MapPost("/{key}/rotate", RotateAsync)
            .WithName("rotateWebhookSecret")
            .WithSummary("Give a webhook another secret. The answer shows it, once; for three days messages carry both signatures.")
            .Answers(404, 409);
        webhooks.MapDelete("/{key}", ArchiveAsync)
            .WithName("archiveWebhook")
            .WithSummary("Stop telling an address: what waits is cancelled.")
            .Answers(404, 412);
    }

    internal static async Task<Ok<WebhookView>> HandleAsync(
        string key, JsonElement patch, [FromHeader(Name = "If-Match")] string? ifMatch, CatalogStore catalog,
        IValidator<CreateWebhook.Request> validator, IOptions<WebhookOptions> options, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var state = await catalog.CommitAsync(
            user.ActorName(),
            state =>
            {
                var current = Live(state, key);
                Versions.Check(ifMatch, current.Version);
                var request = MergePatch.Apply(CreateWebhook.Request.From(current), patch, validator);
                if (request.Key != key) throw Problems.Invalid("key-fixed", "A key never changes.", ("key", $"must stay '{key}'"));
                CreateWebhook.CheckUrl(request.Url!, options.Value);
                return new CatalogChange("webhook.change", "", CreateWebhook.Changed(request, current) with { Version = current.Version + 1 });
            },
            cancellationToken);
        return TypedResults.Ok(WebhookView.From(state.RequireWebhook(key)));
    }

    internal static async Task<Ok<WebhookView>> RotateAsync(
        string key, CatalogStore catalog, WebhookSecrets secrets, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancellationToken)
    {
        var state = await catalog.CommitAsync(
            user.ActorName(),
            state =>
            {
                var current = Live(state, key);
                return new CatalogChange("webhook.rotate", "", current with
                {
                    Version = current.Version + 1,
                    SecretNumber = current.SecretNumber + 1,
                    OldSecretUntil = clock.GetUtcNow() + Overlap,
                });
            },
            cancellationToken);
        var webhook = state.RequireWebhook(key);
        return TypedResults.Ok(WebhookView.From(webhook) with { Secret = await secrets.OfAsync(webhook, webhook.SecretNumber, cancellationToken) });
    }

    internal static async Task<NoContent> ArchiveAsync(
        string key, [FromHeader(Name = "If-Match")] string? ifMatch, CatalogStore catalog, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        await catalog.CommitAsync(
            user.ActorName(),
            state =>
            {
                var current = state.RequireWebhook(key);
                Versions.Check(ifMatch, current.Version);
                return current.Archived
                    ? CatalogChange.None
                    : new CatalogChange("webhook.archive", "", current with { Version = current.Version + 1, Archived = true, Enabled = false });
            },
            cancellationToken);
        return TypedResults.NoContent();
    }

    private static Webhook Live(CatalogState state, string key) => state.RequireWebhook(key) is { Archived: false } webhook
        ? webhook
        : throw Problems.Conflict("archived", $"The webhook '{key}' is archived and no longer changes.");
}
