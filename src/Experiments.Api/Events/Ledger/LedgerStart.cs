namespace Experiments.Api.Events.Ledger;

/// <summary>Opens the ledger before the first request is taken, and ends what a crash left half done.</summary>
internal sealed class LedgerStart(EventLedger ledger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await ledger.OpenAsync(cancellationToken);
        await ledger.ResumeJoinsAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
