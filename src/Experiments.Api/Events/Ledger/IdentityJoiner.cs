using Experiments.Api.Store;

namespace Experiments.Api.Events.Ledger;

/// <summary>Makes one record of two that are one person's, in whatever shards they are; safe to stop at any point and to begin again.</summary>
/// <remarks>
/// <para>Three commits: the record of the greater key stops to count and sends on what comes for it; the other takes over its content, a union
/// of sets; the first is emptied. Between the first two the person is missing from the moments, never counted twice; a crash there leaves an
/// entry in <see cref="OpenJoins"/>, and the next start goes on.</para>
/// <para>A record is joined only to one of a lower key, so chains end and circles cannot come about, whoever joins what at once. Which key
/// remains does not matter: a contribution is a pure function of the union of events.</para>
/// </remarks>
internal sealed class IdentityJoiner(IStore store, Func<UserKey, string> shardOf, Func<IReadOnlyList<LedgerEvent>, CancellationToken, Task<bool[]>> submit)
{
    /// <returns>False when the two were one already.</returns>
    public async Task<bool> JoinAsync(AliasEvent alias, CancellationToken cancellationToken)
    {
        while (true)
        {
            var first = await RootAsync(alias.User, cancellationToken).ConfigureAwait(false);
            var second = await RootAsync(alias.Alias, cancellationToken).ConfigureAwait(false);
            if (first == second) return false;

            var (from, into) = first.Value > second.Value ? (first, second) : (second, first);
            var duplicates = await submit(
                [new JoinEvent { Id = alias.Id, At = alias.At, User = from, Into = into }], cancellationToken).ConfigureAwait(false);
            await TakeOverAsync(from, cancellationToken).ConfigureAwait(false);
            if (!duplicates[0]) return true;

            // Somebody joined it to another at the same moment: look again where both are now.
        }
    }

    /// <summary>Ends the joins that a crash left open in a shard.</summary>
    public async Task ResumeAsync(string shard, CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(shard, [OpenJoins.Key], cancellationToken).ConfigureAwait(false);
        foreach (var key in OpenJoins.Decode(read.Values[0])) await TakeOverAsync(key, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The record of a person, and whether he is known under several ids; null when nothing is known of him.</summary>
    public async Task<(UserRecord? Record, bool Several)> FindAsync(UserKey user, CancellationToken cancellationToken)
    {
        var root = await RootAsync(user, cancellationToken).ConfigureAwait(false);
        var record = await ReadAsync(root, cancellationToken).ConfigureAwait(false);
        return (record, root != user || record is { Joined.Count: > 0 });
    }

    /// <summary>All ids of the person behind one, in the order in which they can be erased: broken off, what is left is still found by the one.</summary>
    public async Task<IReadOnlyList<UserKey>> IdsOfAsync(UserKey user, CancellationToken cancellationToken)
    {
        var root = await RootAsync(user, cancellationToken).ConfigureAwait(false);
        var record = await ReadAsync(root, cancellationToken).ConfigureAwait(false);
        return [.. (record?.Joined ?? []).Where(id => id != user).Append(root).Append(user).Distinct()];
    }

    private async Task<UserKey> RootAsync(UserKey user, CancellationToken cancellationToken)
    {
        while (await ReadAsync(user, cancellationToken).ConfigureAwait(false) is { JoinedTo: { } into } record)
        {
            if (!record.IsEmpty) await TakeOverAsync(user, cancellationToken).ConfigureAwait(false);
            user = into;
        }

        return user;
    }

    private async Task TakeOverAsync(UserKey from, CancellationToken cancellationToken)
    {
        // Frozen since it was joined: what is read here is all that there will ever be.
        if (await ReadAsync(from, cancellationToken).ConfigureAwait(false) is not { JoinedTo: { } into } record) return;
        await submit([new TakeOverEvent { Id = "take-over", At = 0, User = into, From = from, Content = record }], cancellationToken).ConfigureAwait(false);
        await submit([new EmptyEvent { Id = "empty", At = 0, User = from }], cancellationToken).ConfigureAwait(false);
    }

    private async Task<UserRecord?> ReadAsync(UserKey user, CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(shardOf(user), [user.StoreKey], cancellationToken).ConfigureAwait(false);
        return read.Values[0] is { } bytes ? UserRecordCodec.Decode(bytes.Span) : null;
    }
}
