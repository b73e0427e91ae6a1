using Experiments.Api.Events.Ledger;
using Experiments.Api.Store;
using Microsoft.Extensions.Options;

namespace Experiments.Api.Archive;

/// <summary>How many events of each shard wait for the archive: beyond a bound, senders are told to come back.</summary>
internal sealed class ArchiveBacklog(
    IStore store, ShardMap shards, ArchiveStateStore states, IOptions<ArchiveOptions> options, ILogger<ArchiveBacklog> log) : IInboxBound
{
    private volatile Dictionary<string, long> _waiting = [];

    /// <summary>Events that wait, all shards together.</summary>
    public long Waiting => _waiting.Values.Sum();

    public bool IsHalfFull => _waiting.Values.Any(w => w > options.Value.MaximumWaitingEventsPerShard / 2);

    public bool IsFull(string shard) => _waiting.GetValueOrDefault(shard) >= options.Value.MaximumWaitingEventsPerShard;

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (state, _) = await states.ReadAsync(cancellationToken).ConfigureAwait(false);
            var waiting = new Dictionary<string, long>();
            foreach (var shard in shards.All)
            {
                var read = await store.ReadAsync(shard, [ShardHead.Key], cancellationToken).ConfigureAwait(false);
                waiting[shard] = ShardHead.Decode(read.Values[0]).Events - state.Of(shard).Events;
            }

            _waiting = waiting;
        }
        catch (Exception failure) when (failure is StoreUnavailableException or StoreRefusedException)
        {
            log.BacklogUnknown(failure);
        }
    }
}
