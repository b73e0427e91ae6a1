using Experiments.Api.Catalog;
using Microsoft.AspNetCore.Http.Metadata;

namespace Experiments.Api.Access;

/// <summary>Ends streams whose caller no longer may read them: a stream is open for hours, and its key may be revoked meanwhile.</summary>
internal sealed class Streams(CatalogStore catalog, TimeProvider clock)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    public static bool IsStream(Endpoint? endpoint) => endpoint is not null
        && endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Any(p => p.ContentTypes.Contains("text/event-stream"));

    /// <summary>Runs the stream until it ends, its caller leaves, or what he came in with no longer holds.</summary>
    public async Task RunAsync(HttpContext context, Admission admission, RequestDelegate next)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        context.RequestAborted = ended.Token;
        var watch = WatchAsync(admission, ended);
        try
        {
            await next(context);
        }
        finally
        {
            await ended.CancelAsync();
            await watch;
        }
    }

    private async Task WatchAsync(Admission admission, CancellationTokenSource ended)
    {
        while (!ended.IsCancellationRequested)
        {
            await Task.Delay(Pace, clock, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!admission.HoldsAt(catalog.State, clock.GetUtcNow())) await ended.CancelAsync();
        }
    }
}
