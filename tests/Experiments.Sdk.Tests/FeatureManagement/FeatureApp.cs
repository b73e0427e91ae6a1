using Experiments.Sdk.Assignment;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Experiments.Sdk.Tests.FeatureManagement;

/// <summary>An app with features of its own in its configuration, and the SDK as <c>WithExperiments</c> registers it.</summary>
internal sealed class FeatureApp : IAsyncDisposable
{
    private const string Own = """
        {"feature_management":{"feature_flags":[
          {"id":"Own","enabled":true},
          {"id":"OwnOff","enabled":false},
          {"id":"Both","enabled":true,"variants":[{"name":"Old","configuration_value":"old"}],"allocation":{"default_when_enabled":"Old"}},
          {"id":"ForBeta","enabled":true,"conditions":{"client_filters":[{"name":"Microsoft.Targeting",
           "parameters":{"Audience":{"Groups":[{"Name":"beta","RolloutPercentage":100}],"DefaultRolloutPercentage":0}}}]}},
          {"id":"Ring","enabled":true,"variants":[{"name":"Early","configuration_value":1},{"name":"Late","configuration_value":2}],
           "allocation":{"group":[{"variant":"Early","groups":["beta"]}],"default_when_enabled":"Late"}},
          {"id":"Split","enabled":true,"telemetry":{"enabled":true},
           "variants":[{"name":"A","configuration_value":1},{"name":"B","configuration_value":2},{"name":"C"}],
           "allocation":{"percentile":[{"variant":"A","from":0,"to":30},{"variant":"B","from":30,"to":75},{"variant":"C","from":75,"to":100}]}}]}}
        """;

    private readonly ServiceProvider _provider;

    public FeatureApp(Snapshot? snapshot = null, bool scoped = false, Action<IFeatureManagementBuilder>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Own))).Build());
        services.AddSingleton<IExperimentContextAccessor>(Attributes);
        var builder = scoped ? services.AddScopedFeatureManagement() : services.AddFeatureManagement();
        builder.WithTargeting<TargetingAccessor>().WithExperiments(options => options.Endpoint = new Uri("http://127.0.0.1:9"));
        services.AddSingleton(User);
        configure?.Invoke(builder);
        _provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
        Client = _provider.GetRequiredService<ExperimentsClient>();
        if (snapshot is not null) Client.Offer(snapshot);
        Scope = _provider.CreateScope();
    }

    public CurrentUser User { get; } = new();

    public AttributesAccessor Attributes { get; } = new();

    public ExperimentsClient Client { get; }

    public IServiceScope Scope { get; private set; }

    public IVariantFeatureManager Features => Get<IVariantFeatureManager>();

    public T Get<T>()
        where T : notnull => Scope.ServiceProvider.GetRequiredService<T>();

    public void NewScope()
    {
        Scope.Dispose();
        Scope = _provider.CreateScope();
    }

    public async ValueTask DisposeAsync()
    {
        Scope.Dispose();
        // What waits has nowhere to go.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await Client.StopAsync(now.Token);
        await _provider.DisposeAsync();
    }

    public sealed class CurrentUser
    {
        public string? Id { get; set; }

        public IEnumerable<string> Groups { get; set; } = [];
    }

    public sealed class AttributesAccessor : IExperimentContextAccessor
    {
        public ExperimentContext? Current { get; set; }
    }

    public sealed class TargetingAccessor(CurrentUser user) : ITargetingContextAccessor
    {
        public ValueTask<TargetingContext> GetContextAsync() => new(user.Id is null ? null! : new TargetingContext { UserId = user.Id, Groups = user.Groups });
    }
}
