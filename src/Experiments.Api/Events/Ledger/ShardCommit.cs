using Experiments.Api.Shared;
using Experiments.Api.Store;

namespace Experiments.Api.Events.Ledger;

/// <summary>One attempt to commit a batch of submissions to a shard.</summary>
internal sealed class ShardCommit(
    string shard, IStore store, ILedgerSchemaSource schemaSource, TimeProvider clock, int rememberedUsers, ILogger log, ApiMetrics? metrics = null)
{
    private const int ReadsOfDamagedRecord = 3;

    private readonly ShardCache _cache = new(rememberedUsers);
    private readonly Dictionary<UserKey, int> _damaged = [];

    /// <summary>Head of the shard's log as this writer last saw it.</summary>
    public ShardHead Head => _cache.Head;

    /// <returns>False when the shard moved meanwhile: nothing was written, try again.</returns>
    public async Task<bool> TryAsync(IReadOnlyList<Submission> batch, CancellationToken cancellationToken)
    {
        try
        {
            return await AttemptAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        catch (UnknownTargetException)
        {
            _cache.Drop();
            await schemaSource.RefreshAsync(cancellationToken).ConfigureAwait(false);
            throw;
        }
        catch
        {
            // Rows may have been changed in place, and the outcome may be unknown: nothing remembered can be trusted.
            _cache.Drop();
            throw;
        }
    }

    private async Task<bool> AttemptAsync(IReadOnlyList<Submission> batch, CancellationToken cancellationToken)
    {
        var users = ByUser(batch);
        var knewVersion = await ReadUsersAsync(users, cancellationToken).ConfigureAwait(false);
        if (knewVersion is null) return false;

        var schema = schemaSource.Current;
        var changes = new List<ContributionChange>();
        var records = new List<(UserKey User, UserRecord Record)>();
        var inbox = new InboxBatch(clock.GetUtcNow());
        foreach (var user in users.Values) Fold(user, schema, changes, records, inbox);

        var joins = await JoinsAsync(users.Values, cancellationToken).ConfigureAwait(false);
        if (joins is null) return false;
        if (records.Count == 0 && inbox.Count == 0 && joins.Count == 0)
        {
            // Only repeats: nothing to write, but what was remembered must still be what the store holds before they are acknowledged.
            await store.ConfirmAsync(shard, cancellationToken).ConfigureAwait(false);
            if (knewVersion == true) return true;
            var read = await store.ReadAsync(shard, [], cancellationToken).ConfigureAwait(false);
            return _cache.Observe(read.Version);
        }

        if (!await ReadRowsAsync(changes, cancellationToken).ConfigureAwait(false)) return false;

        var version = _cache.Version;
        _cache.Suspend();
        var writes = Apply(changes, schema, records);
        foreach (var user in users.Values.Where(u => u.IsDamaged)) writes.Add(DeadLetter(user));
        writes.AddRange(joins);
        var head = _cache.Head;
        ReadOnlyMemory<byte>? entry = null;
        if (inbox.Count > 0)
        {
            entry = inbox.Encode();
            head = head.After(entry.Value.Span, inbox.Count);
            writes.Add(new StoreWrite(ShardHead.Key, head.Encode()));
        }

        var committed = await store.CommitAsync(shard, version, new StoreCommit(writes, entry), cancellationToken).ConfigureAwait(false);
        if (committed is null)
        {
            _cache.Drop();
            return false;
        }

        foreach (var (user, record) in records) _cache.Put(user, record);
        _cache.Committed(committed.Value, head);
        return true;
    }

    private static Dictionary<UserKey, UserEvents> ByUser(IReadOnlyList<Submission> batch)
    {
        var users = new Dictionary<UserKey, UserEvents>();
        foreach (var submission in batch)
        {
            for (var i = 0; i < submission.Events.Count; i++)
            {
                var added = submission.Events[i];
                if (!users.TryGetValue(added.User, out var user)) users[added.User] = user = new UserEvents(added.User);
                user.Events.Add(added);
                user.Origins.Add((submission, i));
            }
        }

        return users;
    }

    /// <returns>True when the store's version was read now, false when what is remembered sufficed, null when the shard had moved.</returns>
    private async Task<bool?> ReadUsersAsync(Dictionary<UserKey, UserEvents> users, CancellationToken cancellationToken)
    {
        var missing = new List<UserEvents>();
        foreach (var user in users.Values)
        {
            user.Before = _cache.IsValid ? _cache.Find(user.User) : null;
            if (user.Before is null) missing.Add(user);
        }

        if (_cache.IsValid && missing.Count == 0) return false;

        var read = await store
            .ReadAsync(shard, [ShardHead.Key, .. missing.Select(u => u.User.StoreKey)], cancellationToken).ConfigureAwait(false);
        if (!_cache.Observe(read.Version)) return null;
        _cache.Head = ShardHead.Decode(read.Values[0]);
        for (var i = 0; i < missing.Count; i++) missing[i].Before = Decode(missing[i], read.Values[i + 1]);
        return true;
    }

    /// <summary>A record that cannot be read, read after read, must not stop the shard: its user's events go to the archive alone, from
    /// which <c>rebuild</c> makes the record anew.</summary>
    private UserRecord Decode(UserEvents user, ReadOnlyMemory<byte>? bytes)
    {
        try
        {
            return bytes is { } some ? UserRecordCodec.Decode(some.Span) : UserRecord.Empty;
        }
        catch (InvalidDataException damage)
        {
            var reads = _damaged[user.User] = _damaged.GetValueOrDefault(user.User) + 1;
            if (reads < ReadsOfDamagedRecord) throw;
            if (reads == ReadsOfDamagedRecord)
            {
                log.RecordDamaged(shard, damage);
                metrics?.SetAside();
            }

            user.IsDamaged = true;
            return UserRecord.Empty;
        }
    }

    private StoreWrite DeadLetter(UserEvents user) =>
        new(user.User.DeadLetterKey, BitConverter.GetBytes(clock.GetUtcNow().UtcTicks));

    private static void Fold(
        UserEvents user, LedgerSchema schema, List<ContributionChange> changes,
        List<(UserKey User, UserRecord Record)> records, InboxBatch inbox)
    {
        if (user.IsDamaged)
        {
            foreach (var added in user.Events.Where(IsArchived)) inbox.Add(added, IsCounted(added, schema));
            return;
        }

        var before = user.Before!;
        var duplicates = new bool[user.Events.Count];
        var sentOn = new UserKey?[user.Events.Count];
        var after = before.With(user.Events, schema.Counts, duplicates, sentOn);
        for (var i = 0; i < duplicates.Length; i++)
        {
            var (submission, index) = user.Origins[i];
            submission.Duplicates[index] = duplicates[i];
            submission.SentOn[index] = sentOn[i];
            if (!duplicates[i] && IsArchived(user.Events[i])) inbox.Add(user.Events[i], IsCounted(user.Events[i], schema));
        }

        if (ReferenceEquals(after, before)) return;
        records.Add((user.User, after));
        changes.AddRange(LedgerFold.Changes(before, after, schema));
    }

    private static bool IsCounted(LedgerEvent added, LedgerSchema schema) =>
        added is not KpiEvent kpi || schema.Counts(LedgerEvent.Hash(kpi.Event));

    /// <summary>What a record takes over is in the archive already, under the id that it came with.</summary>
    private static bool IsArchived(LedgerEvent added) => added is not (TakeOverEvent or EmptyEvent);

    /// <summary>The list of records that others have still to take over, if these events change it; null when the shard has moved.</summary>
    private async Task<IReadOnlyList<StoreWrite>?> JoinsAsync(IEnumerable<UserEvents> users, CancellationToken cancellationToken)
    {
        var joining = users.Where(user => user.Events.Any(added => added is JoinEvent or EmptyEvent)).ToList();
        if (joining.Count == 0) return [];
        var read = await store.ReadAsync(shard, [OpenJoins.Key], cancellationToken).ConfigureAwait(false);
        if (!_cache.Observe(read.Version)) return null;
        var open = OpenJoins.Decode(read.Values[0]);
        var after = open.ToHashSet();
        foreach (var user in joining)
        {
            if (user.Events.Any(added => added is EmptyEvent)) after.Remove(user.User);
            else if (user.Before!.JoinedTo is null && !user.IsDamaged) after.Add(user.User);
        }

        return after.SetEquals(open) ? [] : [new StoreWrite(OpenJoins.Key, OpenJoins.Encode(after))];
    }

    private async Task<bool> ReadRowsAsync(List<ContributionChange> changes, CancellationToken cancellationToken)
    {
        var rows = changes
            .SelectMany(c => Rows(c))
            .Distinct()
            .Where(row => !_cache.Rows.ContainsKey(row))
            .ToList();
        var targets = rows.Select(r => r.Target).Distinct().Where(t => !_cache.Indexes.ContainsKey(t)).ToList();
        if (rows.Count == 0) return true;

        var read = await store.ReadAsync(
            shard, [.. targets.Select(RowKey.IndexKey), .. rows.Select(r => r.StoreKey)], cancellationToken).ConfigureAwait(false);
        if (!_cache.Observe(read.Version)) return false;
        for (var i = 0; i < targets.Count; i++) _cache.Indexes[targets[i]] = RowKey.DecodeIndex(targets[i], read.Values[i]);
        for (var i = 0; i < rows.Count; i++)
        {
            if (read.Values[targets.Count + i] is { } bytes) _cache.Rows[rows[i]] = MomentRowCodec.Decode(bytes.Span);
        }

        return true;
    }

    private static IEnumerable<RowKey> Rows(ContributionChange change)
    {
        Contribution?[] contributions = [change.After, change.Before];
        return contributions.OfType<Contribution>().SelectMany(contribution => LedgerFold.Rows(contribution, change.Layout));
    }

    private List<StoreWrite> Apply(
        List<ContributionChange> changes, LedgerSchema schema, List<(UserKey User, UserRecord Record)> records)
    {
        var touched = new HashSet<RowKey>();
        var grown = new HashSet<string>();
        foreach (var change in changes)
        {
            if (change.Before is { } before) ApplyTo(before, change.Layout, -1, touched, grown);
            if (change.After is { } after) ApplyTo(after, change.Layout, +1, touched, grown);
        }

        var now = clock.GetUtcNow().UtcTicks;
        var writes = new List<StoreWrite>(records.Count + touched.Count + grown.Count);
        foreach (var (user, record) in records) writes.Add(new StoreWrite(user.StoreKey, UserRecordCodec.Encode(record)));
        foreach (var key in touched)
        {
            var row = _cache.Rows[key];
            row.Fold(schema.Find(LedgerEvent.Hash(key.Target))!, now);
            writes.Add(new StoreWrite(key.StoreKey, MomentRowCodec.Encode(row)));
        }

        foreach (var target in grown)
        {
            writes.Add(new StoreWrite(RowKey.IndexKey(target), RowKey.EncodeIndex(_cache.Indexes[target])));
        }

        return writes;
    }

    private void ApplyTo(Contribution contribution, TargetLayout layout, int sign, HashSet<RowKey> touched, HashSet<string> grown)
    {
        foreach (var key in LedgerFold.Rows(contribution, layout))
        {
            if (!_cache.Rows.TryGetValue(key, out var row))
            {
                _cache.Rows[key] = row = new MomentRow(key.Day, layout.Variants.Count, layout.Kpis.Count);
                _cache.Indexes[key.Target].Add(key);
                grown.Add(key.Target);
            }

            row.Apply(contribution, layout, sign);
            touched.Add(key);
        }
    }

    private sealed class UserEvents(UserKey user)
    {
        public UserKey User { get; } = user;
        public List<LedgerEvent> Events { get; } = [];
        public List<(Submission Submission, int Index)> Origins { get; } = [];
        public UserRecord? Before { get; set; }
        public bool IsDamaged { get; set; }
    }
}
