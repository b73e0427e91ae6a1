using System.Threading.Channels;
using Experiments.Api.Store;

namespace Experiments.Api.Catalog;

/// <summary>Keeps this process's catalogue up to date: loaded before the first request, then on each notice, and by a slow poll.</summary>
internal sealed class CatalogFollower(CatalogStore catalog, IStore store, TimeProvider clock, ILogger<CatalogFollower> logger)
    : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    // One place is enough: a notice says that there is something to read, not what.
    private readonly Channel<bool> _notices = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private volatile bool _isLoaded;

    /// <summary>True once the whole log was read.</summary>
    public bool IsLoaded => _isLoaded;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await catalog.RefreshAsync(cancellationToken);
            _isLoaded = true;
        }
        catch (InvalidDataException damage)
        {
            // The service lives and says that it is not ready, with what to do; a process that ends says less.
            logger.CatalogDamaged(damage);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = store.Subscribe(shard =>
        {
            if (shard == CatalogStore.Shard) _notices.Writer.TryWrite(true);
        });
        using var timer = new PeriodicTimer(Poll, clock);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        var notice = _notices.Reader.WaitToReadAsync(stoppingToken).AsTask();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAny(tick, notice);
            if (tick.IsCompleted) tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            if (notice.IsCompleted)
            {
                _notices.Reader.TryRead(out _);
                notice = _notices.Reader.WaitToReadAsync(stoppingToken).AsTask();
            }

            await RefreshAsync(stoppingToken);
        }
    }

    private async Task RefreshAsync(CancellationToken stoppingToken)
    {
        try
        {
            await catalog.RefreshAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: the loop ends by itself.
        }
        catch (Exception exception)
        {
            // The last known state goes on serving; the next tick tries again, and health/ready tells.
            logger.RefreshFailed(exception);
        }
    }
}
