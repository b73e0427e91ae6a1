using System.Text.Json;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Webhooks;

/// <summary>What the dispatchers of all processes share: how far events were read, what was told already, what waits to be sent.</summary>
internal sealed record QueueState
{
    public static readonly QueueState Initial = new();

    /// <summary>Entries of the catalogue's log that have been read.</summary>
    public long Cursor { get; init; }

    /// <summary>What was known of each best practice at that entry.</summary>
    public IReadOnlyDictionary<string, PracticeMark> Practices { get; init; } = new Dictionary<string, PracticeMark>();

    /// <summary>Experiments that were told to be unhealthy.</summary>
    public IReadOnlyList<string> Unhealthy { get; init; } = [];

    public IReadOnlyList<Delivery> Pending { get; init; } = [];
}

/// <summary>Keeps the queue in the store: a compare-and-set, so that of several processes one takes a message.</summary>
internal sealed class DeliveryQueue(IStore store)
{
    public const int Remembered = 100;

    private const string Shard = "webhooks";
    private const string Key = "queue";

    public async Task<(QueueState State, ShardVersion Version)> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(Shard, [Key], cancellationToken);
        return (Read<QueueState>(read.Values[0]) ?? QueueState.Initial, read.Version);
    }

    /// <returns>False when another process was faster.</returns>
    public async Task<bool> TryWriteAsync(ShardVersion expected, QueueState state, CancellationToken cancellationToken) =>
        await store.CommitAsync(Shard, expected, new StoreCommit([Write(Key, state)]), cancellationToken) is not null;

    /// <summary>Puts messages back after an attempt, or among those that are done with.</summary>
    public async Task RecordAsync(IReadOnlyList<Delivery> tried, CancellationToken cancellationToken)
    {
        var webhooks = tried.Where(d => d.NextAt is null).Select(d => d.Webhook).Distinct(StringComparer.Ordinal).ToList();
        while (true)
        {
            var read = await store.ReadAsync(Shard, [Key, .. webhooks.Select(DoneKey)], cancellationToken);
            var state = Read<QueueState>(read.Values[0]) ?? QueueState.Initial;
            var mine = tried.Where(t => state.Pending.Any(p => p.Id == t.Id)).ToDictionary(t => t.Id, StringComparer.Ordinal);
            if (mine.Count == 0) return;
            var next = state with
            {
                Pending = [.. state.Pending.Select(p => mine.GetValueOrDefault(p.Id) ?? p).Where(p => p.NextAt is not null)],
            };
            StoreWrite[] writes =
            [
                Write(Key, next),
                .. webhooks.Select((webhook, i) => Write(
                    DoneKey(webhook),
                    mine.Values.Where(d => d.Webhook == webhook && d.NextAt is null)
                        .Concat(Read<IReadOnlyList<Delivery>>(read.Values[i + 1]) ?? []).Take(Remembered).ToList())),
            ];
            if (await store.CommitAsync(Shard, read.Version, new StoreCommit(writes), cancellationToken) is not null) return;
        }
    }

    /// <summary>Messages of a webhook: those on their way, then those done with, the newest first.</summary>
    public async Task<IReadOnlyList<Delivery>> OfAsync(string webhook, CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(Shard, [Key, DoneKey(webhook)], cancellationToken);
        var pending = (Read<QueueState>(read.Values[0]) ?? QueueState.Initial).Pending.Where(d => d.Webhook == webhook);
        return [.. pending.OrderByDescending(d => d.CreatedAt), .. Read<IReadOnlyList<Delivery>>(read.Values[1]) ?? []];
    }

    private static string DoneKey(string webhook) => "done:" + webhook;

    private static StoreWrite Write<T>(string key, T value) => new(key, JsonSerializer.SerializeToUtf8Bytes(value, ApiJson.Stored));

    private static T? Read<T>(ReadOnlyMemory<byte>? bytes)
        where T : class => bytes is { } stored ? JsonSerializer.Deserialize<T>(stored.Span, ApiJson.Stored) : null;
}
