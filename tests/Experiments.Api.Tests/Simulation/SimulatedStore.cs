using Experiments.Api.Store;

namespace Experiments.Api.Tests.Simulation;

/// <summary>One shard that keeps the contract of <see cref="IStore"/> and not a bit more: answers late, lost, or never given.</summary>
/// <remarks>What a read found may be old when it arrives; a commit whose caller was told of a failure may still arrive.</remarks>
internal sealed class SimulatedStore(Schedule schedule, int faultPercent)
{
    private readonly Schedule _schedule = schedule;
    private readonly int _faultPercent = faultPercent;
    private readonly List<State> _history = [new State(ShardVersion.None, [], [])];

    /// <summary>Changes when commits that had been acknowledged are gone.</summary>
    public int Epoch { get; private set; }

    public State Now => _history[^1];

    /// <summary>An asynchronous failover: the last commits are gone.</summary>
    public void LoseTail(int commits)
    {
        _history.RemoveRange(Math.Max(1, _history.Count - commits), Math.Min(commits, _history.Count - 1));
        Epoch++;
    }

    /// <summary>The store as one process sees it.</summary>
    public IStore For(int process) => new Connection(this, process);

    private ShardVersion? Apply(ShardVersion expected, StoreCommit commit)
    {
        if (Now.Version != expected) return null;
        var values = new Dictionary<string, byte[]>(Now.Values);
        foreach (var write in commit.Writes)
        {
            if (write.Value is { } value) values[write.Key] = value.ToArray();
            else values.Remove(write.Key);
        }

        List<byte[]> log = commit.Append is { } entry ? [.. Now.Log, entry.ToArray()] : Now.Log;
        Span<byte> guid = stackalloc byte[16];
        _schedule.Random.NextBytes(guid);
        _history.Add(new State(new ShardVersion(expected.Number + 1, new Guid(guid)), values, log));
        return Now.Version;
    }

    /// <summary>All that a shard holds after one commit.</summary>
    internal sealed record State(ShardVersion Version, Dictionary<string, byte[]> Values, List<byte[]> Log);

    private sealed class Connection(SimulatedStore store, int process) : IStore
    {
        private readonly Schedule _schedule = store._schedule;

        public StoreStatus Status { get; } = new("simulated", StoreDurability.Fsync);

        private bool Fails => _schedule.Chance(store._faultPercent);

        public Task<ShardRead> ReadAsync(string shard, IReadOnlyList<string> keys, CancellationToken cancellationToken)
        {
            var answer = new TaskCompletionSource<ShardRead>();
            _schedule.Later(process, () =>
            {
                if (Fails)
                {
                    _schedule.Later(process, () => answer.SetException(new StoreUnavailableException("The read failed.")));
                    return;
                }

                var read = new ShardRead(store.Now.Version, [.. keys.Select(Value)]);
                _schedule.Later(process, () => answer.SetResult(read));
            });
            return answer.Task;
        }

        public Task<ShardVersion?> CommitAsync(
            string shard, ShardVersion expected, StoreCommit commit, CancellationToken cancellationToken)
        {
            var answer = new TaskCompletionSource<ShardVersion?>();
            // Owner 0: what is on its way to the store arrives whether or not its sender lives.
            _schedule.Later(0, () =>
            {
                var lost = Fails;
                if (lost && _schedule.Chance(30)) _schedule.Later(0, () => store.Apply(expected, commit));
                var version = lost && _schedule.Chance(50) ? null : store.Apply(expected, commit);
                _schedule.Later(process, () =>
                {
                    if (lost) answer.SetException(new StoreUnavailableException("No answer to the commit."));
                    else answer.SetResult(version);
                });
            });
            return answer.Task;
        }

        public Task<LogPage> ReadLogAsync(string shard, long from, int count, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task TrimLogAsync(string shard, long before, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ReadOnlyMemory<byte>> SetIfAbsentAsync(
            string shard, string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RemoveFieldAsync(string shard, string hash, string field, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IDisposable Subscribe(Action<string> changed) => throw new NotSupportedException();

        public Task PingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private ReadOnlyMemory<byte>? Value(string key) =>
            store.Now.Values.TryGetValue(key, out var value) ? (ReadOnlyMemory<byte>?)value : null;
    }
}
