namespace Experiments.Sdk.Events;

/// <summary>Where the sender takes encoded events from: the outbox in memory, or the segments on disk. One caller at a time.</summary>
internal interface IEventQueue
{
    /// <summary>Whether all that is to come can be taken now: after the stop the sender may end once nothing is left.</summary>
    bool IsComplete { get; }

    /// <summary>Waits until a batch is complete, or a flush is asked for, or some time has passed with an event waiting.</summary>
    Task WaitAsync(int batchSize, TimeSpan longest, TimeProvider clock, CancellationToken cancellationToken);

    /// <summary>Adds the next events to an empty batch; they wait until <see cref="Settle"/>.</summary>
    void Take(List<byte[]> batch, int most);

    /// <summary>Ends the way of events taken: each was delivered or dropped.</summary>
    void Settle(int delivered, int dropped, string reason);
}
