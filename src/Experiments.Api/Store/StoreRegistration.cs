using Experiments.Api.Store.Redis;
using Experiments.Api.Store.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Store;

/// <summary>Registers the store that the configuration names.</summary>
internal static class StoreRegistration
{
    /// <summary>Adds <see cref="IStore"/> and <see cref="ShardMap"/>; the host opens both at its start, before other services.</summary>
    public static IServiceCollection AddStore(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StoreOptions>()
            .Bind(configuration.GetSection(StoreOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Open);
        services.TryAddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<StoreOptions>>().Value;
            return new ShardMap(
                provider.GetRequiredService<IStore>(), options.Shards, atCreation: string.IsNullOrEmpty(options.Redis) ? 1 : 4);
        });
        services.TryAddSingleton<StoreCompleteness>();
        return services.AddHostedService<StoreStart>();
    }

    private static IStore Open(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<StoreOptions>>().Value;
        var loggers = provider.GetRequiredService<ILoggerFactory>();
        if (!string.IsNullOrEmpty(options.Redis))
        {
            return new RedisStore(options.Redis, options.RedisPrefix, options.AllowVolatile, loggers.CreateLogger<RedisStore>(), options.RedisReplicas);
        }

        var root = provider.GetService<IHostEnvironment>()?.ContentRootPath ?? Directory.GetCurrentDirectory();
        return SqliteStore.Open(Path.Combine(root, options.Data), loggers.CreateLogger<SqliteStore>());
    }
}
