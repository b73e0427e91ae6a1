using Experiments.Sdk;
using Experiments.Sdk.FeatureManagement;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Microsoft.FeatureManagement;

/// <summary>Gives experiments and best practices to an app that uses Microsoft.FeatureManagement.</summary>
public static class ExperimentsFeatureManagementBuilderExtensions
{
    /// <summary>Key of the app's own definitions.</summary>
    private const string OwnDefinitions = "Experiments.OwnDefinitions";

    /// <summary>Serves parameters of experiments and best practices as features: to <c>[FeatureGate]</c>, <c>IVariantFeatureManager</c>, its
    /// snapshots and <c>IVariantServiceProvider&lt;T&gt;</c>. The app's own features stay. Comes last, after <c>AddFeatureManagement</c>.</summary>
    /// <param name="builder">What <c>AddFeatureManagement</c> or <c>AddScopedFeatureManagement</c> returned.</param>
    /// <param name="configure">Settings in code, which win over the section <c>Experiments</c> of the configuration.</param>
    /// <returns>The same builder.</returns>
    public static IFeatureManagementBuilder WithExperiments(this IFeatureManagementBuilder builder, Action<ExperimentsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddExperiments(configure);
        if (services.Any(service => service.IsKeyedService && OwnDefinitions.Equals(service.ServiceKey))) return builder;

        var definitions = services.Last(service => service.ServiceType == typeof(IFeatureDefinitionProvider) && !service.IsKeyedService);
        services.Remove(definitions);
        services.Add(Keyed(definitions));
        services.Add(new ServiceDescriptor(
            typeof(IFeatureDefinitionProvider),
            provider => new FeatureDefinitions(provider.GetRequiredService<ExperimentsClient>(), OwnDefinitionsOf(provider)),
            definitions.Lifetime));

        var lifetime = services.Last(service => service.ServiceType == typeof(IVariantFeatureManager)).Lifetime;
        services.Add(new ServiceDescriptor(typeof(ExperimentsFeatureManager), Manager, lifetime));
        services.Replace(new ServiceDescriptor(
            typeof(IVariantFeatureManager), provider => provider.GetRequiredService<ExperimentsFeatureManager>(), lifetime));
        services.Replace(new ServiceDescriptor(
            typeof(IFeatureManager), provider => provider.GetRequiredService<ExperimentsFeatureManager>(), lifetime));
        return builder;
    }

    /// <summary>Measures the app's own features: each with percentiles and <c>telemetry.enabled</c> reports exposures to the experiment whose
    /// key is the feature's name in lower case, <c>-</c> in place of what a key may not have. Variants are named likewise.</summary>
    /// <remarks>The experiment has the feature's variants, its percentiles as weights, and a parameter that no app reads. When the
    /// percentiles change, take a new experiment.</remarks>
    /// <param name="builder">What <see cref="WithExperiments"/> returned.</param>
    /// <returns>The same builder.</returns>
    public static IFeatureManagementBuilder MeasureExistingFlags(this IFeatureManagementBuilder builder) =>
        builder.MeasureExistingFlags(FeatureMeasurementOptions.KeyOf);

    /// <summary>Measures the app's own features, as <see cref="MeasureExistingFlags(IFeatureManagementBuilder)"/> does, where you say so.</summary>
    /// <param name="builder">What <see cref="WithExperiments"/> returned.</param>
    /// <param name="experimentOf">Key of the experiment by the feature's name; null leaves the feature alone.</param>
    /// <returns>The same builder.</returns>
    public static IFeatureManagementBuilder MeasureExistingFlags(this IFeatureManagementBuilder builder, Func<string, string?> experimentOf)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(experimentOf);
        builder.Services.TryAddSingleton(new FeatureMeasurementOptions(experimentOf));
        builder.Services.AddHostedService<FeatureMeasurement>();
        return builder;
    }

    private static ExperimentsFeatureManager Manager(IServiceProvider provider) => new(
        provider.GetRequiredService<ExperimentsClient>(),
        provider.GetRequiredService<IFeatureDefinitionProvider>(),
        OwnManager(provider),
        provider.GetService<ITargetingContextAccessor>(),
        provider.GetService<IExperimentContextAccessor>());

    /// <summary>As AddFeatureManagement makes it, but on the app's own definitions: ours would hide an own feature of the same name.</summary>
    private static FeatureManager OwnManager(IServiceProvider provider) => new(
        OwnDefinitionsOf(provider), provider.GetRequiredService<IOptions<FeatureManagementOptions>>().Value)
    {
        FeatureFilters = provider.GetServices<IFeatureFilterMetadata>(),
        SessionManagers = provider.GetServices<ISessionManager>(),
        Cache = provider.GetRequiredService<IMemoryCache>(),
        Logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger<FeatureManager>(),
        TargetingContextAccessor = provider.GetService<ITargetingContextAccessor>(),
        AssignerOptions = provider.GetRequiredService<IOptions<TargetingEvaluationOptions>>().Value,
    };

    private static IFeatureDefinitionProvider OwnDefinitionsOf(IServiceProvider provider) =>
        provider.GetRequiredKeyedService<IFeatureDefinitionProvider>(OwnDefinitions);

    private static ServiceDescriptor Keyed(ServiceDescriptor service) => service switch
    {
        { ImplementationInstance: { } instance } => new ServiceDescriptor(service.ServiceType, OwnDefinitions, instance),
        { ImplementationFactory: { } factory } =>
            new ServiceDescriptor(service.ServiceType, OwnDefinitions, (provider, _) => factory(provider), service.Lifetime),
        _ => new ServiceDescriptor(service.ServiceType, OwnDefinitions, service.ImplementationType!, service.Lifetime),
    };
}
