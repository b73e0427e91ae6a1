namespace Experiments.Api.Events.Ledger;

/// <summary>Opens the ledger before the first request is taken.</summary>
internal sealed class LedgerStart(EventLedger ledger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => ledger.OpenAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
