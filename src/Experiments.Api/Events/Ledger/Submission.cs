namespace Experiments.Api.Events.Ledger;

/// <summary>Events of one request that go to one shard, and what became of them.</summary>
internal sealed class Submission(IReadOnlyList<LedgerEvent> events)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<LedgerEvent> Events { get; } = events;

    /// <summary>Set by the commit: whether the event's id was known already.</summary>
    public bool[] Duplicates { get; } = new bool[events.Count];

    /// <summary>Set by the commit: the record that must have the event in place of the one it was sent to; null for most.</summary>
    public UserKey?[] SentOn { get; } = new UserKey?[events.Count];

    public Task Done => _done.Task;

    public void Complete() => _done.TrySetResult();

    public void Fail(Exception reason) => _done.TrySetException(reason);
}

/// <summary>More events wait than the service may hold: the sender keeps them and tries again.</summary>
internal sealed class LedgerBusyException(string message = "More events wait to be committed than the service may hold; try again shortly.")
    : Exception(message);
