using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Webhooks;

internal static class ReadWebhooks
{
    public static void Map(RouteGroupBuilder webhooks)
    {
        webhooks.MapGet("/", ListAsync)
            .WithName("listWebhooks")
            .WithSummary("The webhooks, oldest first; archived ones only with archived=true.")
            .Answers(400);
        webhooks.MapGet("/{key}", GetAsync)
            .WithName("getWebhook")
            .WithSummary("One webhook, archived or not.")
            .Answers(404);
        webhooks.MapGet("/{key}/deliveries", DeliveriesAsync)
            .WithName("listDeliveries")
            .WithSummary("Messages of a webhook: those on their way, then the last hundred that are done with, the newest first.")
            .Answers(400, 404);
    }

    internal static async Task<Ok<Page<WebhookView>>> ListAsync(
        CatalogStore catalog, int? limit, string? cursor, bool? archived, CancellationToken cancellationToken)
    {
        var state = await catalog.RefreshAsync(cancellationToken);
        return TypedResults.Ok(Paging.Page(
            state.Webhooks.Values.Where(w => !w.Archived || archived == true), w => (w.CreatedAt, w.Key), WebhookView.From, limit, cursor));
    }

    internal static async Task<Ok<WebhookView>> GetAsync(string key, CatalogStore catalog, CancellationToken cancellationToken) =>
        TypedResults.Ok(WebhookView.From((await catalog.RefreshAsync(cancellationToken)).RequireWebhook(key)));

    internal static async Task<Ok<Page<DeliveryView>>> DeliveriesAsync(
        string key, CatalogStore catalog, DeliveryQueue queue, int? limit, CancellationToken cancellationToken)
    {
        (await catalog.RefreshAsync(cancellationToken)).RequireWebhook(key);
        var deliveries = await queue.OfAsync(key, cancellationToken);
        return TypedResults.Ok(new Page<DeliveryView>([.. deliveries.Take(Paging.Limit(limit)).Select(DeliveryView.From)], null));
    }
}
