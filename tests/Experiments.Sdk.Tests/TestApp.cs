using Experiments.Sdk.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Experiments.Sdk.Tests;

/// <summary>An app with the SDK as <c>AddExperiments</c> registers it.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    public TestApp(Uri endpoint, Action<ExperimentsOptions>? configure = null, TimeProvider? clock = null, Action<IServiceCollection>? services = null)
    {
        var registered = new ServiceCollection();
        services?.Invoke(registered);
        if (clock is not null) registered.AddSingleton(clock);
        registered.AddLogging(logging => logging.AddProvider(Messages));
        registered.AddExperiments(options =>
        {
            options.Endpoint = endpoint;
            options.FlushInterval = TimeSpan.FromMilliseconds(10);
            options.SnapshotPollInterval = TimeSpan.FromMilliseconds(100);
            options.StartupWait = TimeSpan.FromSeconds(10);
            options.InMemoryOnly = true;
            configure?.Invoke(options);
        });
        _provider = registered.BuildServiceProvider();
        Client = _provider.GetRequiredService<ExperimentsClient>();
    }

    public ExperimentsClient Client { get; }

    public MessageList Messages { get; } = new();

    public T Get<T>()
        where T : notnull => _provider.GetRequiredService<T>();

    public async Task FlushAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await Client.FlushAsync(limit.Token);
    }

    /// <summary>Counts, and the sum that must hold at every moment.</summary>
    public OutboxCounts Counts()
    {
        var counts = Client.Counts;
        Assert.Equal(counts.Enqueued, counts.Delivered + counts.Waiting + counts.Dropped);
        return counts;
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    public static async Task EventuallyAsync(Func<bool> condition)
    {
        for (var i = 0; i < 2000 && !condition(); i++) await Task.Delay(10);
        Assert.True(condition());
    }
}
