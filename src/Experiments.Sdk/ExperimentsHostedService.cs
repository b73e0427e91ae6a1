using Microsoft.Extensions.Hosting;

namespace Experiments.Sdk;

/// <summary>Ties the client's life to the host's: the first snapshot before requests, the last events after them.</summary>
internal sealed class ExperimentsHostedService(ExperimentsClient client) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => client.ReadyAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => client.StopAsync(cancellationToken);
}
