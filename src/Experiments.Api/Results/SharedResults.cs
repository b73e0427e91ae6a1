using System.Collections.Concurrent;
using Experiments.Api.Catalog;
using Experiments.Api.Results.Looks;
using Experiments.Api.Store;

namespace Experiments.Api.Results;

/// <summary>Results that many readers share: one computation per change of an experiment, however many dashboards show it.</summary>
/// <remarks>
/// A reader asks whether anything changed (versions are read, nothing is computed); readers who ask at the same time share the
/// question too. What a look depends on besides the store is time: users mature and cycles close, which is part of the comparison.
/// </remarks>
internal sealed class SharedResults(CatalogStore catalog, ResultsService results, LookStore looks, IStore store, TimeProvider clock) : IDisposable
{
    /// <summary>How long an answer stands in a store without commits: time alone matures users and closes cycles.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _computations;

    /// <summary>Looks computed so far by this process; for tests and metrics.</summary>
    public long Computations => Volatile.Read(ref _computations);

    /// <summary>The results as they stand.</summary>
    /// <param name="experiment">Key of the experiment.</param>
    /// <param name="maximumAge">How long ago the question may have been asked; zero asks again, so that an accepted event shows.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="Shared.ProblemException">404 unknown.</exception>
    public async Task<SharedLook> ReadAsync(string experiment, TimeSpan maximumAge, CancellationToken cancellationToken)
    {
        // An unknown key must leave nothing behind.
        if (!catalog.State.Experiments.ContainsKey(experiment))
            (await catalog.RefreshAsync(cancellationToken).ConfigureAwait(false)).RequireExperiment(experiment);

        var entry = _entries.GetOrAdd(experiment, static _ => new Entry());
        var asked = Volatile.Read(ref entry.Questions);
        await entry.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (entry.Look is { } known && (entry.Answered > asked || IsQuiet(entry) || IsYoung(entry, known, experiment, maximumAge))) return known;
            var question = Interlocked.Increment(ref entry.Questions);
            var (now, commits) = (clock.GetTimestamp(), store.Commits);
            var look = await AskAsync(experiment, entry.Look, cancellationToken).ConfigureAwait(false);
            (entry.Look, entry.Answered, entry.AnsweredAt, entry.Commits) = (look, question, now, commits);
            return look;
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    public void Dispose()
    {
        foreach (var entry in _entries.Values) entry.Dispose();
    }

    private bool IsQuiet(Entry entry) =>
        store.Commits is { } commits && commits == entry.Commits && clock.GetElapsedTime(entry.AnsweredAt) < Quiet;

    // What this process itself wrote shows at once, however young the answer is.
    private bool IsYoung(Entry entry, SharedLook known, string experiment, TimeSpan maximumAge) =>
        maximumAge > TimeSpan.Zero && clock.GetElapsedTime(entry.AnsweredAt) < maximumAge
        && catalog.State.Experiments.GetValueOrDefault(experiment)?.Version == known.Basis.Experiment;

    private async Task<SharedLook> AskAsync(string experiment, SharedLook? known, CancellationToken cancellationToken)
    {
        var state = await catalog.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var (before, version) = await looks.ReadAsync(experiment, cancellationToken).ConfigureAwait(false);
        var data = await results.DataAsync(state, state.RequireExperiment(experiment), cancellationToken).ConfigureAwait(false);
        var basis = LookBasis.Of(state, data, before, version);
        if (known?.Basis == basis) return known.At(data.Now);

        Interlocked.Increment(ref _computations);
        return new SharedLook(basis, ExperimentLook.Make(data, before), data.Now);
    }

    /// <summary>What is known of one experiment; written under its gate.</summary>
    private sealed class Entry : IDisposable
    {
        public readonly SemaphoreSlim Gate = new(1, 1);
        public long Questions;
        public long Answered;
        public long AnsweredAt;
        public long? Commits;
        public SharedLook? Look;

        public void Dispose() => Gate.Dispose();
    }
}
