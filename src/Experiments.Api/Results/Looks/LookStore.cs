using System.Text.Json;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Results.Looks;

/// <summary>Keeps the state of looks, one shard for each experiment: two deciders looking at once leave one look.</summary>
internal sealed class LookStore(IStore store)
{
    private const string Key = "state";

    /// <summary>The state and the version that a write must still find.</summary>
    public async Task<(LookState State, ShardVersion Version)> ReadAsync(string experiment, CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(Shard(experiment), [Key], cancellationToken).ConfigureAwait(false);
        var state = read.Values[0] is { } bytes ? JsonSerializer.Deserialize<LookState>(bytes.Span, ApiJson.Stored)! : LookState.Initial;
        return (state, read.Version);
    }

    /// <returns>False when another process has looked meanwhile: its look stands.</returns>
    public async Task<bool> TryWriteAsync(string experiment, ShardVersion expected, LookState state, CancellationToken cancellationToken)
    {
        var commit = new StoreCommit([new StoreWrite(Key, JsonSerializer.SerializeToUtf8Bytes(state, ApiJson.Stored))]);
        return await store.CommitAsync(Shard(experiment), expected, commit, cancellationToken).ConfigureAwait(false) is not null;
    }

    private static string Shard(string experiment) => "look:" + experiment;
}
