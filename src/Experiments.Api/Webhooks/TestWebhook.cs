using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Webhooks;

internal static class TestWebhook
{
    public static void Map(RouteGroupBuilder webhooks) => webhooks
        .MapPost("/{key}/test", HandleAsync)
        .WithName("testWebhook")
        .WithSummary("Send a message of type 'test' now, once, and say what came of it.")
        .Answers(404, 409);

    internal static async Task<Ok<Attempt>> HandleAsync(
        string key, CatalogStore catalog, WebhookSender sender, TimeProvider clock, CancellationToken cancellationToken)
    {
        var state = await catalog.RefreshAsync(cancellationToken);
        var webhook = state.RequireWebhook(key);
        if (webhook.Archived) throw Problems.Conflict("archived", $"The webhook '{key}' is archived; nothing is sent there.");
        var happened = new WebhookEvent(Guid.NewGuid().ToString("N"), state.Version, EventTypes.Test, clock.GetUtcNow(), new TestData(key));
        return TypedResults.Ok(await sender.SendAsync(webhook, EventCollector.IdOf(webhook, happened.Id), happened.Body(), cancellationToken));
    }
}
