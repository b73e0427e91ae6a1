using System.Text.Json;
using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Archive;

/// <summary>A user who is out of the ledger and may still be in the inbox and the archive.</summary>
/// <param name="User">His pseudonym.</param>
/// <param name="Shard">Where he was.</param>
/// <param name="Before">Entries of the shard's log before it may hold him; what came later is a new user's.</param>
internal sealed record Erasure(string User, string Shard, long Before);

/// <summary>Erasures that the archive's keeper has to finish: they survive a crash in between.</summary>
internal sealed class Erasures(IStore store)
{
    private const string Shard = "erasures";
    private const string Key = "pending";

    public async Task<IReadOnlyList<Erasure>> ReadAsync(CancellationToken cancellationToken) =>
        (await LoadAsync(cancellationToken).ConfigureAwait(false)).Pending;

    public Task AddAsync(Erasure added, CancellationToken cancellationToken) =>
        ChangeAsync(pending => [.. pending, added], cancellationToken);

    public Task RemoveAsync(IReadOnlyList<Erasure> done, CancellationToken cancellationToken) =>
        ChangeAsync(pending => [.. pending.Where(e => !done.Contains(e))], cancellationToken);

    private async Task ChangeAsync(Func<List<Erasure>, List<Erasure>> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (pending, version) = await LoadAsync(cancellationToken).ConfigureAwait(false);
            var bytes = JsonSerializer.SerializeToUtf8Bytes(change(pending), ApiJson.Stored);
            var commit = new StoreCommit([new StoreWrite(Key, bytes)]);
            if (await store.CommitAsync(Shard, version, commit, cancellationToken).ConfigureAwait(false) is not null) return;
        }
    }

    private async Task<(List<Erasure> Pending, ShardVersion Version)> LoadAsync(CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(Shard, [Key], cancellationToken).ConfigureAwait(false);
        return (read.Values[0] is { } bytes ? JsonSerializer.Deserialize<List<Erasure>>(bytes.Span, ApiJson.Stored)! : [], read.Version);
    }
}
