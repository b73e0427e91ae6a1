using System.Security.Cryptography;
using System.Text;
using Experiments.Api.Catalog;
using Experiments.Api.Results;
using Experiments.Api.Results.Looks;
using Experiments.Api.Store;

namespace Experiments.Api.Webhooks;

/// <summary>Finds what happened since the queue was written, and makes the messages of it. What it returns depends on the store alone, so that two
/// processes make the same messages, of which one is kept.</summary>
internal sealed class EventCollector(IStore store, LookStore looks, ResultsService results, TimeProvider clock)
{
    private const int PageSize = 500;

    // Looks are read one by one, and a broken test is broken for longer than this.
    private static readonly TimeSpan HealthPace = TimeSpan.FromSeconds(15);

    // What nobody could be told for this long is history: a store that is made anew from its archive does not tell it all again.
    private static readonly TimeSpan OldestNews = TimeSpan.FromDays(7);

    private readonly Dictionary<string, (string? Version, bool Sound)> _health = new(StringComparer.Ordinal);
    private DateTimeOffset _healthAt = DateTimeOffset.MinValue;

    public async Task<QueueState> CollectAsync(QueueState queue, CatalogState catalog, CancellationToken cancellationToken)
    {
        var webhooks = catalog.Webhooks.Values.Where(w => !w.Archived).ToList();
        if (webhooks.Count == 0) return queue;
        var events = new List<WebhookEvent>();
        queue = await EntriesAsync(queue, catalog, events, cancellationToken);
        if (webhooks.Any(w => w.Enabled && w.Events.Contains(EventTypes.Unhealthy)) && clock.GetUtcNow() >= _healthAt)
        {
            queue = await HealthAsync(queue, catalog, events, cancellationToken);
            _healthAt = clock.GetUtcNow() + HealthPace;
        }

        return events.Count == 0 ? queue : queue with { Pending = [.. queue.Pending, .. Messages(events, webhooks)] };
    }

    // From the log's beginning, once: what changed can only be told by who knows what was.
    private async Task<QueueState> EntriesAsync(
        QueueState queue, CatalogState catalog, List<WebhookEvent> events, CancellationToken cancellationToken)
    {
        var cursor = queue.Cursor;
        if (cursor >= catalog.Version) return queue;
        var practices = new Dictionary<string, PracticeMark>(queue.Practices, StringComparer.Ordinal);
        while (cursor < catalog.Version)
        {
            var page = await store.ReadLogAsync(
                CatalogStore.Shard, cursor, (int)Math.Min(PageSize, catalog.Version - cursor), cancellationToken);
            if (page.Entries.Count == 0) break;
            foreach (var bytes in page.Entries) events.AddRange(EntryEvents.Of(CatalogEntry.Read(bytes.Span), practices));
            cursor = page.Next;
        }

        return queue with { Cursor = cursor, Practices = practices };
    }

    private async Task<QueueState> HealthAsync(
        QueueState queue, CatalogState catalog, List<WebhookEvent> events, CancellationToken cancellationToken)
    {
        var unhealthy = new List<string>(queue.Unhealthy);
        foreach (var experiment in catalog.Experiments.Values.Where(e => e.Status == ExperimentStatus.Running).OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            var (look, _) = await looks.ReadAsync(experiment.Key, cancellationToken);
            // Looked at before, with the same moments: nothing to compute.
            if (look.LastVersion is null || (_health.GetValueOrDefault(experiment.Key) is var known && known.Version == look.LastVersion
                && known.Sound != unhealthy.Contains(experiment.Key)))
                continue;

            var health = Health.Of(await results.DataAsync(catalog, experiment, cancellationToken));
            var problems = new List<string>();
            if (health.Alarm || look.SampleRatioAlarmAt is not null) problems.Add("sampleRatio");
            if (health.TooManyMultiple) problems.Add("multipleExposures");
            _health[experiment.Key] = (look.LastVersion, problems.Count == 0);
            if (problems.Count == 0)
            {
                unhealthy.Remove(experiment.Key);
            }
            else if (!unhealthy.Contains(experiment.Key))
            {
                unhealthy.Add(experiment.Key);
                var at = look.SampleRatioAlarmAt ?? look.LastLookAt ?? clock.GetUtcNow();
                events.Add(new WebhookEvent(
                    $"unhealthy/{experiment.Key}/{at.UtcTicks}", catalog.Version, EventTypes.Unhealthy, at, new UnhealthyData(experiment.Key, problems)));
            }
        }

        return unhealthy.SequenceEqual(queue.Unhealthy, StringComparer.Ordinal) ? queue : queue with { Unhealthy = unhealthy };
    }

    private IEnumerable<Delivery> Messages(List<WebhookEvent> events, List<Webhook> webhooks)
    {
        var now = clock.GetUtcNow();
        return from happened in events
               from webhook in webhooks
               where webhook.Enabled && happened.Seq > webhook.Since && now - happened.At < OldestNews && webhook.Events.Contains(happened.Type)
               select new Delivery
               {
                   Id = IdOf(webhook, happened.Id),
                   Webhook = webhook.Key,
                   Type = happened.Type,
                   Body = happened.Body(),
                   CreatedAt = now,
                   NextAt = now,
               };
    }

    public static string IdOf(Webhook webhook, string happened) =>
        "msg_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{webhook.Salt}\n{happened}")))[..32];
}
