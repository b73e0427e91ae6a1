using System.Net;
using Experiments.Api.Access;
using Experiments.Api.Shared;

namespace Experiments.Api.Webhooks;

/// <summary>Tells addresses what happens: promoted, contested, demoted, unhealthy, needs review.</summary>
internal static class WebhooksSlice
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddOptions<WebhookOptions>().BindConfiguration(WebhookOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<HostResolver>(Dns.GetHostAddressesAsync);
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<DeliveryQueue>();
        services.AddSingleton<EventCollector>();
        return services.AddHostedService<WebhookDispatcher>();
    }

    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        // An address can hold a token: who only reads results does not see it.
        var webhooks = app.MapGroup("/v1/webhooks").WithTags("Webhooks").Requires(read: Role.Marketer, write: Role.Marketer).WithSmallBodies()
            .WithETags();
        CreateWebhook.Map(webhooks);
        ReadWebhooks.Map(webhooks);
        ChangeWebhook.Map(webhooks);
        TestWebhook.Map(webhooks);
    }
}
