using Microsoft.Extensions.Options;

namespace Experiments.Api.Archive;

/// <summary>Runs the archive's passes: one after another, whichever process holds the lease.</summary>
internal sealed class ArchiveKeeper(
    Archiver archiver, ArchiveBacklog backlog, TimeProvider clock, IOptions<ArchiveOptions> options, ILogger<ArchiveKeeper> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = TimeSpan.FromSeconds(options.Value.IntervalSeconds);
        using var timer = new PeriodicTimer(interval < Look ? interval : Look, clock);
        var last = clock.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await backlog.RefreshAsync(stoppingToken);
                if (!options.Value.Here || (clock.GetElapsedTime(last) < interval && !backlog.IsHalfFull)) continue;
                await RunAsync(stoppingToken);
                last = clock.GetTimestamp();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping: what is half done, the next keeper does again.
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            await archiver.RunAsync(stoppingToken);
            if (_failing) log.ArchiveWorksAgain();
            _failing = false;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            if (!_failing) log.ArchiveFailed(failure);
            _failing = true;
        }
    }
}
