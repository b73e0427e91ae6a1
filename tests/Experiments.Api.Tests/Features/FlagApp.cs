using System.Text;
using Experiments.Api.Tests.Common;
using Experiments.Sdk;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Experiments.Api.Tests.Features;

/// <summary>An app with Microsoft.FeatureManagement, and with the SDK where a service is named.</summary>
internal sealed class FlagApp : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    private FlagApp(string flags, ApiHost? api)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(flags))).Build());
        var features = services.AddFeatureManagement();
        features.AddFeatureFilter<ContextualTargetingFilter>();
        if (api is not null)
        {
            services.AddSingleton<TimeProvider>(new ServiceTime(api));
            features.WithExperiments(options =>
            {
                options.Endpoint = new Uri("http://localhost");
                options.InMemoryOnly = true;
                options.StartupWait = TimeSpan.FromSeconds(20);
            });
            services.AddHttpClient("Experiments.Sdk").ConfigurePrimaryHttpMessageHandler(() => api.Server.CreateHandler());
        }

        _provider = services.BuildServiceProvider();
    }

    public ExperimentsClient Client => _provider.GetRequiredService<ExperimentsClient>();

    public IVariantFeatureManager Features => _provider.GetRequiredService<IVariantFeatureManager>();

    /// <summary>The app before: its flags alone.</summary>
    public static FlagApp Plain(string flags) => new(flags, null);

    /// <summary>The app after, with the service's snapshot.</summary>
    public static async Task<FlagApp> WithExperimentsAsync(ApiHost api, string flags = "{}")
    {
        var app = new FlagApp(flags, api);
        Assert.True(await app.Client.ReadyAsync(TestContext.Current.CancellationToken));
        return app;
    }

    /// <summary>What a user sees of a flag: name of the variant, its value, and whether the flag is on.</summary>
    public async Task<(string? Variant, string? Value, bool IsOn)> SeesAsync(string flag, string user, params string[] groups)
    {
        var context = new TargetingContext { UserId = user, Groups = groups };
        var variant = await Features.GetVariantAsync(flag, context, TestContext.Current.CancellationToken);
        return (variant?.Name, variant?.Configuration?.Value, await Features.IsEnabledAsync(flag, context, TestContext.Current.CancellationToken));
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    /// <summary>The service's time of day, and timers that run.</summary>
    private sealed class ServiceTime(ApiHost api) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => api.Clock.GetUtcNow();
    }
}
