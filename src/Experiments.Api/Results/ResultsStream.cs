using System.Text;
using System.Text.Json;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Results;

/// <summary>The results of one experiment as server-sent events, for one reader.</summary>
internal sealed class ResultsStream(string experiment, Language language, SharedResults results, TimeProvider clock)
{
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    // Proxies close what is silent for longer.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private static readonly byte[] Comment = ": nothing new\n\n"u8.ToArray();

    /// <summary>Writes until the reader leaves, the service stops or the store is away: the reader comes back by itself.</summary>
    /// <param name="body">Where to.</param>
    /// <param name="lastSeen">Id of the event that the reader saw last, or empty: what he has is not sent again.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public async Task WriteAsync(Stream body, string lastSeen, CancellationToken cancellationToken)
    {
        try
        {
            long? silentSince = null;
            while (true)
            {
                var shared = await results.ReadAsync(experiment, Pace / 2, cancellationToken);
                var written = shared.In(language);
                var id = written.ETag.Trim('"');
                // At once the first time: a reader who has seen it all must know that he is connected.
                if (id != lastSeen || silentSince is not { } since || clock.GetElapsedTime(since) >= Heartbeat)
                {
                    await SendAsync(body, id != lastSeen ? Event(id, written.View with { AsOf = shared.AsOf }) : Comment, cancellationToken);
                    (lastSeen, silentSince) = (id, clock.GetTimestamp());
                }

                await Task.Delay(Pace, clock, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader has left, or the service stops.
        }
        catch (Exception exception) when (exception is StoreUnavailableException or ProblemException)
        {
            // The answer has begun and can no longer become a problem: the reader asks again and is told by the status then.
        }
    }

    private static byte[] Event(string id, ResultsView view)
    {
        // JSON is one line, so it is one "data" field.
        var json = JsonSerializer.Serialize(view, ApiJson.Options);
        return Encoding.UTF8.GetBytes($"id: {id}\nevent: results\ndata: {json}\n\n");
    }

    private static async Task SendAsync(Stream body, byte[] bytes, CancellationToken cancellationToken)
    {
        await body.WriteAsync(bytes, cancellationToken);
        await body.FlushAsync(cancellationToken);
    }
}
