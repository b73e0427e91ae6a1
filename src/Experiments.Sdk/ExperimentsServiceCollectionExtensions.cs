using System.Net;
using Experiments.Sdk;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the SDK.</summary>
public static class ExperimentsServiceCollectionExtensions
{
    /// <summary>Registers <see cref="ExperimentsClient"/>, reading its settings from the section <c>Experiments</c>.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configure">Settings in code, which win over configuration.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddExperiments(this IServiceCollection services, Action<ExperimentsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);

        services.AddOptions<ExperimentsOptions>()
            .Configure<IServiceProvider>((options, provider) =>        // an app without configuration configures in code
                provider.GetService<IConfiguration>()?.GetSection(ExperimentsOptions.Section).Bind(options))
            .Configure(options => configure?.Invoke(options))          // code wins over configuration
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ExperimentsOptions>, ExperimentsOptionsValidator>());

        // Every poll and every batch would be four lines in the app's log.
        services.AddHttpClient(ServiceClient.HttpClientName, client =>
            {
                client.Timeout = Timeout.InfiniteTimeSpan;             // ServiceClient has its own limit, for the body too
                client.MaxResponseContentBufferSize = 64 << 20;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                AutomaticDecompression = DecompressionMethods.All,
                AllowAutoRedirect = false,
                UseCookies = false,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),    // a new address of the service is noticed
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();

        services.TryAddSingleton(TimeProvider.System);                 // TryAdd: a test or a host may have put its own
        services.TryAddSingleton(provider => new ExperimentsClient(new ClientParts(
            provider.GetRequiredService<IHttpClientFactory>(),
            provider.GetRequiredService<IOptions<ExperimentsOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            Guid.NewGuid())));
        services.AddHostedService<ExperimentsHostedService>();
        return services;
    }
}
