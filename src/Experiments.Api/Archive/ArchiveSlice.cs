using Experiments.Api.Events.Ledger;
using Experiments.Api.Results.Looks;
using Experiments.Api.Store;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Archive;

/// <summary>Every accepted event in Parquet files; what verifies the store, and what makes it anew.</summary>
internal static class ArchiveSlice
{
    /// <summary>What the commands need too.</summary>
    public static IServiceCollection AddArchiveParts(this IServiceCollection services)
    {
        services.AddOptions<ArchiveOptions>().BindConfiguration(ArchiveOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<ILedgerSchemaSource, CatalogSchemaSource>();
        services.TryAddSingleton<LookStore>();
        services.AddSingleton(Folder);
        services.AddSingleton<ArchiveStateStore>();
        services.AddSingleton<Erasures>();
        services.AddSingleton<ServiceCopy>();
        services.AddSingleton<Verification>();
        return services.AddSingleton<Rebuilding>();
    }

    public static IServiceCollection AddArchive(this IServiceCollection services)
    {
        services.AddArchiveParts();
        services.AddHostedService<StoreProof>();
        services.AddSingleton<Archiver>();
        services.AddSingleton<ArchiveBacklog>();
        services.AddSingleton<IInboxBound>(provider => provider.GetRequiredService<ArchiveBacklog>());
        return services.AddHostedService<ArchiveKeeper>();
    }

    private static ArchiveFolder Folder(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<ArchiveOptions>>().Value;
        var root = provider.GetRequiredService<IHostEnvironment>().ContentRootPath;
        var data = provider.GetRequiredService<IOptions<StoreOptions>>().Value.Data;
        return new ArchiveFolder(Path.Combine(root, options.Folder ?? Path.Combine(data, "archive")));
    }
}
