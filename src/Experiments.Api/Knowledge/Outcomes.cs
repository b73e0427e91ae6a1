using System.Collections.Concurrent;
using Experiments.Api.Catalog;
using Experiments.Api.Results;
using Experiments.Api.Results.Looks;

namespace Experiments.Api.Knowledge;

/// <summary>The outcomes of all finished tests, from their moments and what their looks have found.</summary>
/// <remarks>A finished test changes only when late events arrive: what was computed for its moments is kept.</remarks>
internal sealed class Outcomes(CatalogStore catalog, ResultsService results, LookStore looks)
{
    private readonly ConcurrentDictionary<string, (long Version, string Moments, Outcome? Outcome)> _known = new(StringComparer.Ordinal);

    /// <summary>Outcomes of tests that have ended with users, oldest first.</summary>
    public async Task<(CatalogState State, IReadOnlyList<Outcome> Items)> ReadAsync(CancellationToken cancellationToken)
    {
        var state = await catalog.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var outcomes = new List<Outcome>();
        foreach (var experiment in state.Experiments.Values.Where(e => e is { Status: ExperimentStatus.Stopped, StartedAt: not null }))
        {
            if (await OfAsync(state, experiment, cancellationToken).ConfigureAwait(false) is { } outcome) outcomes.Add(outcome);
        }

        return (state, [.. outcomes.OrderBy(o => o.At).ThenBy(o => o.Experiment.Key, StringComparer.Ordinal)]);
    }

    private async Task<Outcome?> OfAsync(CatalogState state, Experiment experiment, CancellationToken cancellationToken)
    {
        var data = await results.DataAsync(state, experiment, cancellationToken).ConfigureAwait(false);
        if (_known.TryGetValue(experiment.Key, out var known) && known.Version == experiment.Version && known.Moments == data.Moments.Version)
        {
            return known.Outcome;
        }

        var (before, _) = await looks.ReadAsync(experiment.Key, cancellationToken).ConfigureAwait(false);
        var outcome = data.Moments.IsEmpty ? null : OutcomeRule.Of(ExperimentLook.Make(data, before), state.RequireHypothesis(experiment.Hypothesis));
        _known[experiment.Key] = (experiment.Version, data.Moments.Version, outcome);
        return outcome;
    }
}
