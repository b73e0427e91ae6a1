using Experiments.Api.Catalog;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Webhooks;

/// <summary>Turns what happened into messages and sends them. Any number of processes may run one each.</summary>
/// <remarks>A message is written before it is sent, claimed by a compare-and-set while it is sent, and recorded after. A process that dies in between
/// leaves a claim that lapses: the message then goes out again, under the same id.</remarks>
internal sealed class WebhookDispatcher(
    CatalogStore catalog, DeliveryQueue queue, EventCollector collector, WebhookSender sender, TimeProvider clock, IOptions<WebhookOptions> options,
    ILogger<WebhookDispatcher> log) : BackgroundService
{
    private const int AtOnce = 8;

    private TimeSpan Claim => TimeSpan.FromSeconds(options.Value.TimeoutSeconds + 20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = TimeSpan.FromSeconds(options.Value.IntervalSeconds);
        while (!stoppingToken.IsCancellationRequested)
        {
            if (!await TryRoundAsync(stoppingToken))
                await Task.Delay(interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryRoundAsync(CancellationToken stoppingToken)
    {
        try
        {
            return await RoundAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception exception)
        {
            // Nothing is lost: what was claimed lapses, and the next round reads everything again.
            log.RoundFailed(exception);
            return false;
        }
    }

    /// <summary>One round: collect, claim, send, record.</summary>
    /// <returns>True when something was sent, so that more may wait.</returns>
    public async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var state = catalog.State;
        if (state.Webhooks.IsEmpty) return false;
        var (before, version) = await queue.ReadAsync(cancellationToken);
        var after = await collector.CollectAsync(before, state, cancellationToken);
        var now = clock.GetUtcNow();
        var due = after.Pending.Where(d => d.IsDueAt(now)).Take(AtOnce).ToList();
        if (due.Count > 0)
        {
            after = after with { Pending = [.. after.Pending.Select(d => due.Contains(d) ? d with { ClaimedUntil = now + Claim } : d)] };
        }

        if (ReferenceEquals(after, before)) return false;
        // Another process was faster: it sends what we would have.
        if (!await queue.TryWriteAsync(version, after, cancellationToken) || due.Count == 0) return false;

        var tried = await Task.WhenAll(due.Select(d => AttemptAsync(state, d, cancellationToken)));
        // Not cancelled: what was sent must be recorded, or it goes out again.
        await queue.RecordAsync(tried, CancellationToken.None);
        return true;
    }

    private async Task<Delivery> AttemptAsync(CatalogState state, Delivery delivery, CancellationToken cancellationToken)
    {
        if (state.Webhooks.GetValueOrDefault(delivery.Webhook) is not { Enabled: true, Archived: false } webhook)
            return delivery with { State = Delivery.Cancelled, NextAt = null, ClaimedUntil = null };
        var attempt = await sender.SendAsync(webhook, delivery.Id, delivery.Body, cancellationToken);
        var after = delivery.After(attempt);
        if (after.State == Delivery.Failed) log.GivenUp(delivery.Type, webhook.Key, after.Attempts.Count, attempt.Outcome);
        if (attempt.Status == StatusCodes.Status410Gone) await DisableAsync(webhook, cancellationToken);
        return after;
    }

    private async Task DisableAsync(Webhook webhook, CancellationToken cancellationToken)
    {
        const string Reason = "The receiver answered 410 Gone.";
        await catalog.CommitAsync(
            "webhooks",
            state => state.Webhooks.GetValueOrDefault(webhook.Key) is { Enabled: true } current && current.Url == webhook.Url
                ? new CatalogChange("webhook.disable", Reason, current with { Version = current.Version + 1, Enabled = false, DisabledReason = Reason })
                : CatalogChange.None,
            cancellationToken);
    }
}
