using System.Collections.Immutable;

namespace Experiments.Api.Store;

/// <summary>Who in this process is told that a shard has changed.</summary>
internal sealed class StoreNotices(ILogger logger)
{
    private ImmutableArray<Action<string>> _listeners = [];

    public IDisposable Subscribe(Action<string> changed)
    {
        ArgumentNullException.ThrowIfNull(changed);

        // A wrapper of its own, so that the same callback can subscribe twice and leave once.
        Action<string> listener = shard => changed(shard);
        ImmutableInterlocked.Update(ref _listeners, static (all, added) => all.Add(added), listener);
        return new Subscription(this, listener);
    }

    public void Publish(string shard)
    {
        foreach (var listener in _listeners)
        {
            try
            {
                listener(shard);
            }
#pragma warning disable CA1031 // The thread is the store's: a faulty listener must stop neither it nor the other listeners.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                logger.ListenerFailed(exception, shard);
            }
        }
    }

    private sealed class Subscription(StoreNotices notices, Action<string> listener) : IDisposable
    {
        public void Dispose() =>
            ImmutableInterlocked.Update(ref notices._listeners, static (all, gone) => all.Remove(gone), listener);
    }
}
