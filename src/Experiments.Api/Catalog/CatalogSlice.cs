using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Experiments.Api.Catalog;

internal static class CatalogSlice
{
    public static IServiceCollection AddCatalog(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<CatalogStore>();
        services.AddSingleton<CatalogFollower>();
        return services.AddHostedService(provider => provider.GetRequiredService<CatalogFollower>());
    }
}
