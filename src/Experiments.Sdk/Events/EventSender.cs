using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace Experiments.Sdk.Events;

/// <summary>Brings the events to the service, batch by batch, in order, one request at a time; never loses a batch that may still arrive.</summary>
internal sealed class EventSender(
    IEventQueue queue, ServiceClient service, ExperimentsOptions options, TimeProvider clock, RetryDelay retryDelay, ILogger logger)
{
    /// <summary>Reason of the drops that the service decided.</summary>
    public const string ReasonRejected = "rejected";

    /// <summary>Codes told once; a service has few, and what is beyond is counted only.</summary>
    private const int MaximumCodes = 100;

    private readonly HashSet<string> _toldCodes = new(StringComparer.Ordinal);
    private bool _failing;

    /// <summary>Sends until the queue is complete and empty.</summary>
    /// <param name="stopping">Ends waits between tries: from then on each delay is tried short.</param>
    /// <param name="abort">Gives up what is under way.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abort)
    {
        var batch = new List<byte[]>(options.BatchSize);
        while (true)
        {
            await queue.WaitAsync(options.BatchSize, options.FlushInterval, clock, abort).ConfigureAwait(false);
            queue.Take(batch, options.BatchSize);
            while (batch.Count > 0)
            {
                await DeliverAsync(batch, stopping, abort).ConfigureAwait(false);
                batch.Clear();
                queue.Take(batch, options.BatchSize);
            }

            if (stopping.IsCancellationRequested && queue.IsComplete) return;
        }
    }

    /// <summary>Sends a batch until the service has decided on it. Only an abort throws.</summary>
    private async Task DeliverAsync(List<byte[]> events, CancellationToken stopping, CancellationToken abort)
    {
        var body = EventBatch.Write(events);
        for (var attempt = 1; ; attempt++)
        {
            var reply = await SendAsync(body, abort).ConfigureAwait(false);
            if (reply.Outcome == EventOutcome.Retry)
            {
                Failed(reply.Problem);
                await DelayAsync(retryDelay.Next(attempt, reply.RetryAfter), stopping, abort).ConfigureAwait(false);
                continue;
            }

            Answered();
            if (reply.Outcome == EventOutcome.TooLarge && events.Count > 1)
            {
                var half = events.Count / 2;
                await DeliverAsync(events[..half], stopping, abort).ConfigureAwait(false);
                await DeliverAsync(events[half..], stopping, abort).ConfigureAwait(false);
                return;
            }

            Settle(events.Count, reply);
            return;
        }
    }

    private void Settle(int count, EventReply reply)
    {
        foreach (var rejected in reply.Rejected)
        {
            if (_toldCodes.Count < MaximumCodes && _toldCodes.Add(rejected.Code)) logger.EventsRefused(rejected.Code, rejected.Detail);
        }

        if (reply.Outcome == EventOutcome.TooLarge && _toldCodes.Add("status-413")) logger.EventsRefused("status-413", "");
        var dropped = reply.Outcome == EventOutcome.Accepted ? Math.Min(count, reply.Rejected.Sum(rejected => rejected.Count)) : count;
        queue.Settle(count - dropped, dropped, ReasonRejected);
    }

    private async Task<EventReply> SendAsync(byte[] body, CancellationToken abort)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, service.Events)
            {
                Content = new ByteArrayContent(body)
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/json"), ContentEncoding = { "gzip" } },
                },
            };
            return await service.SendAsync(
                request, (response, token) => EventReply.ReadAsync(response, clock.GetUtcNow(), token), abort).ConfigureAwait(false);
        }
        catch (Exception exception) when (ServiceClient.IsUnavailable(exception, abort))
        {
            return EventReply.Unanswered(ServiceClient.Describe(exception));
        }
    }

    private async Task DelayAsync(TimeSpan delay, CancellationToken stopping, CancellationToken abort)
    {
        // The first delay after the stop is cut short, for one more try; the later ones run until the abort.
        var cut = stopping.IsCancellationRequested ? CancellationToken.None : stopping;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cut, abort);
        await Task.Delay(delay, clock, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        abort.ThrowIfCancellationRequested();
    }

    private void Failed(string problem)
    {
        if (!_failing) logger.DeliveryFailed(problem);
        _failing = true;
    }

    private void Answered()
    {
        if (_failing) logger.DeliveryRestored();
        _failing = false;
    }
}
