using Experiments.Api.Events.Ledger;
using Experiments.Api.Store;
using Experiments.Api.Tests.Events.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace Experiments.Api.Tests.Simulation;

/// <summary>A service process: gathers requests, commits them with the real <see cref="ShardCommit"/>, answers, and may die between any two steps.</summary>
internal sealed class SimulatedProcess(int id, Schedule schedule, SimulatedStore store, TimeProvider clock)
{
    private const int TriesBeforeGivingUp = 6;

    private readonly List<(IReadOnlyList<LedgerEvent> Events, Action<int?> Answer)> _waiting = [];
    private ShardCommit _commit = NewCommit(id, store, clock);
    private int _life;
    private bool _busy;

    /// <summary>Takes a request; the answer is the store's epoch once all of it is committed, or null.</summary>
    public void Receive(IReadOnlyList<LedgerEvent> events, Action<int?> answer)
    {
        _waiting.Add((events, answer));
        if (!_busy) _ = RunAsync(_life);
    }

    /// <summary>Dies and starts anew: memory is gone, and nobody gets an answer.</summary>
    public void Crash()
    {
        schedule.Forget(id);
        _waiting.Clear();
        _commit = NewCommit(id, store, clock);
        _busy = false;
        _life++;
    }

    private static ShardCommit NewCommit(int id, SimulatedStore store, TimeProvider clock) =>
        new("s0", store.For(id), LedgerBench.Schema, clock, rememberedUsers: 4, NullLogger.Instance);

    private async Task RunAsync(int life)
    {
        _busy = true;
        while (life == _life && _waiting.Count > 0)
        {
            var taken = _waiting.ToArray();
            _waiting.Clear();
            Submission[] batch = [.. taken.Select(t => new Submission(t.Events))];

            // Read before the commit: an epoch read after it could be that of a store that has lost it already.
            var epoch = store.Epoch;
            var committed = await TryAsync(batch, life).ConfigureAwait(false);
            if (life != _life) return;
            foreach (var (_, answer) in taken) answer(committed ? epoch : null);
        }

        if (life == _life) _busy = false;
    }

    private async Task<bool> TryAsync(Submission[] batch, int life)
    {
        for (var attempt = 0; attempt < TriesBeforeGivingUp && life == _life; attempt++)
        {
            try
            {
                if (await _commit.TryAsync(batch, CancellationToken.None).ConfigureAwait(false)) return true;
            }
            catch (StoreUnavailableException)
            {
                // As the writer does: fold again from what the store holds now.
            }
        }

        return false;
    }
}
