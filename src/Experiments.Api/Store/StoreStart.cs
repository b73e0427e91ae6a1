namespace Experiments.Api.Store;

/// <summary>Opens the store before anything else of the host starts, and stops the host when the store must not be used.</summary>
internal sealed class StoreStart(IStore store, ShardMap shards, TimeProvider clock, ILogger<StoreStart> logger) : IHostedLifecycleService
{
    // Services of one machine or one composition start together: a Redis that is late by less is waited for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                await store.PingAsync(cancellationToken).ConfigureAwait(false);
                await shards.LoadAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (StoreUnavailableException exception) when (waited < Patience)
            {
                logger.WaitingForStore(exception);
                await Task.Delay(Pause, clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
