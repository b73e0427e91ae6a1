using Microsoft.Extensions.Logging;

namespace Experiments.Sdk.Events;

/// <summary>The outbox as it is, without a disk behind it.</summary>
internal sealed class MemoryQueue(Outbox outbox, ILogger logger) : IEventQueue
{
    private readonly List<OutboxEvent> _taken = [];

    public bool IsComplete => true;

    public Task WaitAsync(int batchSize, TimeSpan longest, TimeProvider clock, CancellationToken cancellationToken) =>
        outbox.WaitAsync(batchSize, longest, clock, cancellationToken);

    public void Take(List<byte[]> batch, int most)
    {
        do
        {
            _taken.Clear();
            outbox.Take(_taken, most);
            EventBatch.Encode(_taken, batch, outbox, logger);
        }
        while (batch.Count == 0 && _taken.Count > 0);
    }

    public void Settle(int delivered, int dropped, string reason) => outbox.Settle(delivered, dropped, reason);
}
