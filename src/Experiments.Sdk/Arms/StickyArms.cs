using System.Threading.Channels;
using Experiments.Sdk.Assignment;
using Microsoft.Extensions.Logging;

namespace Experiments.Sdk.Arms;

/// <summary>Users of a bandit keep their first arm: from memory, else as the store says; without the store the table decides, and the
/// answer's reason says so.</summary>
/// <param name="store">Keeps first arms for all processes.</param>
/// <param name="capacity">Most users remembered here.</param>
/// <param name="wait">Longest wait for the store.</param>
/// <param name="clock">Tells the time since a failure.</param>
/// <param name="logger">For the SDK's messages.</param>
internal sealed class StickyArms(IArmStore store, int capacity, TimeSpan wait, TimeProvider clock, ILogger logger)
{
    /// <summary>After a failure the store is left alone for this time: no caller waits for what does not answer.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Look-ups of calls that do not wait; when more are asked for, the next call of the user asks again.</summary>
    private const int MaximumAsked = 10_000;

    private const int AskedAtOnce = 16;

    private readonly RecentMap<ulong, Entry> _memory = new(capacity);
    private readonly Channel<(Evaluation Table, string User)> _asked = Channel.CreateBounded<(Evaluation, string)>(
        new BoundedChannelOptions(MaximumAsked) { FullMode = BoundedChannelFullMode.DropWrite });

    private long _failedAt = long.MinValue;
    private int _failing;

    /// <summary>The arm for a call that may wait: completes at once when memory has it.</summary>
    public ValueTask<Evaluation> ServeAsync(in Evaluation table, string user, CancellationToken cancellationToken) =>
        TryServe(table, out var served) ? new(served) : new(AskAsync(table, user, cancellationToken));

    /// <summary>The arm for a call that cannot wait: from memory, else the table's, while the store is asked in the background.</summary>
    public Evaluation ServeNow(in Evaluation table, string user)
    {
        if (TryServe(table, out var served)) return served;
        if (!IsPaused) _asked.Writer.TryWrite((table, user));
        return Guess(table);
    }

    /// <summary>The arm as far as it is known here; nothing is asked or remembered.</summary>
    public Evaluation Peek(in Evaluation table)
    {
        if (TryServe(table, out var served)) return served;
        return _memory.TryGet(KeyOf(table), out var entry) ? Of(table, entry) : table with { Reason = AssignmentReason.StickyUnavailable };
    }

    /// <summary>Gives a user the arm of another id of his, if this process knows it: the first arm stays.</summary>
    public void Inherit(in Evaluation aliasTable, in Evaluation userTable, string user)
    {
        if (!_memory.TryGet(KeyOf(aliasTable), out var entry)) return;
        Remember(userTable, entry with { Confirmed = false });
        _asked.Writer.TryWrite((userTable, user));
    }

    /// <summary>Asks the store for those whom calls could not wait for, until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = stop };
        try
        {
            await Parallel.ForEachAsync(
                _asked.Reader.ReadAllAsync(stop), options, async (asked, token) => await AskAsync(asked.Table, asked.User, token).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Whoever is still asked for keeps the table's arm.
        }
    }

    /// <summary>What the store has confirmed is not overwritten by a table's guess.</summary>
    private Entry Remember(in Evaluation table, Entry entry) => _memory.Put(KeyOf(table), entry, static (known, put) => known.Confirmed ? known : put);

    private static ulong KeyOf(in Evaluation table) => table.Hash ^ table.Arm!.Bandit!.Seed;

    private static KeptArm Proposed(in Evaluation table) => new(table.Arm!.Variant, table.Arm.Epoch, table.Arm.Buckets);

    private static Evaluation Of(in Evaluation table, Entry entry)
    {
        if (table.Arm!.Bandit!.Serve(entry.Kept) is not { } arm) return table;
        return new Evaluation(arm, entry.Confirmed ? arm.Reason : AssignmentReason.StickyUnavailable, table.Hash);
    }

    private bool IsPaused => Volatile.Read(ref _failing) != 0 && clock.GetElapsedTime(Volatile.Read(ref _failedAt)) < Pause;

    private bool TryServe(in Evaluation table, out Evaluation served)
    {
        if (_memory.TryGet(KeyOf(table), out var entry) && entry.Confirmed)
        {
            served = Of(table, entry);
            return true;
        }

        served = default;
        return false;
    }

    /// <summary>What is served without the store: the arm that this process served before, else the table's.</summary>
    private Evaluation Guess(in Evaluation table) =>
        Of(table, _memory.TryGet(KeyOf(table), out var entry) ? entry : Remember(table, new(Proposed(table), Confirmed: false)));

    private async Task<Evaluation> AskAsync(Evaluation table, string user, CancellationToken cancellationToken)
    {
        if (IsPaused) return Guess(table);
        var bandit = table.Arm!.Bandit!;
        try
        {
            var proposed = _memory.TryGet(KeyOf(table), out var known) && !bandit.IsStopped(known.Kept) ? known.Kept : Proposed(table);
            var kept = await store.KeepAsync(bandit.Experiment, user, proposed, cancellationToken)
                .WaitAsync(wait, clock, cancellationToken).ConfigureAwait(false);
            if (Interlocked.Exchange(ref _failing, 0) != 0) logger.ArmsAvailable();
            return Of(table, Remember(table, new(kept, Confirmed: true)));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Guess(table);
        }
#pragma warning disable CA1031 // Whatever the store does, the app gets an arm, and the reason says which.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _failedAt, clock.GetTimestamp());
            if (Interlocked.Exchange(ref _failing, 1) == 0)
            {
                logger.ArmsUnavailable(exception is ArmStoreUnavailableException ? exception.Message : exception.GetType().Name);
            }

            return Guess(table);
        }
    }

    /// <param name="Kept">The arm.</param>
    /// <param name="Confirmed">Whether the store has said so; otherwise the table said it, and the store is still to be asked.</param>
    private readonly record struct Entry(KeptArm Kept, bool Confirmed);
}
