namespace Experiments.Sdk.Events;

/// <summary>Where the events are: enqueued = delivered + waiting + dropped, at every moment.</summary>
/// <param name="Enqueued">All that were ever handed over, those refused for want of room included.</param>
/// <param name="Delivered">Accepted by the service.</param>
/// <param name="Waiting">In the outbox or on their way.</param>
/// <param name="Dropped">Given up: shed, refused by the service, or left at the stop.</param>
internal readonly record struct OutboxCounts(long Enqueued, long Delivered, long Waiting, long Dropped);
