using System.Collections.Concurrent;
using Experiments.Sdk.Events;
using Microsoft.Extensions.Logging;

namespace Experiments.Sdk.Snapshots;

/// <summary>Keeps the holder at the newest snapshot: at once when told of a change, and by asking now and then.</summary>
/// <remarks>The sources are in order of preference: the first that answers is enough.</remarks>
internal sealed class SnapshotRefresher(
    SnapshotHolder holder, IReadOnlyList<ISnapshotSource> sources, TimeSpan interval, TimeProvider clock, RetryDelay retryDelay, ILogger logger)
{
    private readonly ConcurrentDictionary<ISnapshotSource, bool> _failing = [];
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Ends the wait between two looks.</summary>
    public void Notify() => Volatile.Read(ref _changed).TrySetResult();

    /// <summary>Refreshes until told to stop; no failure ends it.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            // A notice during the fetch asks for another one: the signal is renewed before.
            var changed = NewSignal();
            Volatile.Write(ref _changed, changed);
            var asked = await FetchAsync(stop).ConfigureAwait(false);
            failures = asked is null ? 0 : failures + 1;
            if (failures > 0) holder.SettleForStored();

            // Before the first answer the app runs on its defaults or on what was: ask again sooner than usual.
            var wait = failures > 0 && !holder.IsLive
                ? TimeSpan.FromTicks(Math.Min(interval.Ticks, retryDelay.Next(failures, null).Ticks))
                : interval;
            if (asked > wait) wait = asked.Value;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(Task.Delay(wait, clock, either.Token), changed.Task).ConfigureAwait(false);
            await either.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Null when a source answered, else how long they ask to wait.</summary>
    private async Task<TimeSpan?> FetchAsync(CancellationToken stop)
    {
        TimeSpan? asked = TimeSpan.Zero;
        if (!holder.IsLive)
        {
            // The app waits: ask all at once, the newest answer wins.
            var answers = await Task.WhenAll(sources.Select(source => FetchAsync(source, stop))).ConfigureAwait(false);
            return answers.Contains(null) ? null : answers.Max();
        }

        foreach (var source in sources)
        {
            var answer = await FetchAsync(source, stop).ConfigureAwait(false);
            if (answer is null) return null;
            if (answer > asked) asked = answer;
        }

        return asked;
    }

    private async Task<TimeSpan?> FetchAsync(ISnapshotSource source, CancellationToken stop)
    {
        try
        {
            await source.FetchAsync(holder, stop).ConfigureAwait(false);
            if (_failing.TryRemove(source, out _)) logger.SnapshotAvailable(source.Name);
            return null;
        }
        catch (SnapshotUnavailableException exception)
        {
            if (_failing.TryAdd(source, true)) logger.SnapshotUnavailable(source.Name, exception.Message, holder.Current.Version);
            return exception.RetryAfter ?? TimeSpan.Zero;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
#pragma warning disable CA1031 // Whatever a source does, the app goes on with the last snapshot.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (_failing.TryAdd(source, true)) logger.SnapshotUnavailable(source.Name, exception.GetType().Name, holder.Current.Version);
            return TimeSpan.Zero;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
