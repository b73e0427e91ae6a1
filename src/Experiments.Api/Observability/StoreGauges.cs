using Experiments.Api.Archive;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Observability;

/// <summary>Metrics that are read when somebody asks: the store and what waits for the archive.</summary>
internal sealed class StoreGauges(ApiMetrics metrics, IStore store, ArchiveBacklog backlog, StoreCompleteness completeness) : IHostedService
{
    private string _epoch = "";
    private long _changes = -1;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.Meter.CreateObservableGauge(
            "experiments.archive.waiting", () => backlog.Waiting, "{event}", "Events that wait in the store for the archive.");
        metrics.Meter.CreateObservableCounter(
            "experiments.store.epoch.changes", Changes, "{change}", "Restarts and failovers of Redis that this process has noticed.");
        metrics.Meter.CreateObservableGauge(
            "experiments.store.complete", () => completeness.Problem is null ? 1 : 0, "{store}", "0 when the store lacks a part of what was committed.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private long Changes()
    {
        var epoch = store.Status.Epoch;
        if (epoch != _epoch)
        {
            _epoch = epoch;
            _changes++;
        }

        return Math.Max(0, _changes);
    }
}
