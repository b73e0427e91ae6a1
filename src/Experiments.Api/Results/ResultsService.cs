using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Experiments;
using Experiments.Api.Results.Looks;

namespace Experiments.Api.Results;

/// <summary>Reads what there is and makes a look of it: for a poll, which keeps nothing, and for the decider, which does.</summary>
internal sealed class ResultsService(CatalogStore catalog, MomentsReader moments, LookStore looks, TimeProvider clock)
{
    /// <summary>The experiment as it stands now, looked at without leaving a trace.</summary>
    /// <exception cref="Shared.ProblemException">404 unknown, 409 never started.</exception>
    public async Task<ExperimentLook> LookAsync(string experiment, CancellationToken cancellationToken)
    {
        var state = await catalog.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var (before, _) = await looks.ReadAsync(experiment, cancellationToken).ConfigureAwait(false);
        var data = await DataAsync(state, state.RequireExperiment(experiment), cancellationToken).ConfigureAwait(false);
        return ExperimentLook.Make(data, before);
    }

    /// <summary>An experiment with its moments, now.</summary>
    public async Task<ExperimentData> DataAsync(CatalogState state, Experiment experiment, CancellationToken cancellationToken)
    {
        if (experiment.StartedAt is null)
        {
            // A draft has no plan yet; its results are those of nobody, on the KPIs as they are now.
            experiment = experiment with
            {
                FrozenKpis = Plan.KpisOf(state, experiment),
                StartedAt = clock.GetUtcNow(),
                Epochs = [Tables.First(experiment.Variants, clock.GetUtcNow())],
            };
            return new ExperimentData(
                experiment, state.RequireHypothesis(experiment.Hypothesis),
                new TargetMoments(TargetLayout.Of(experiment), [], "draft"), clock.GetUtcNow());
        }

        var read = await moments.ReadAsync(TargetLayout.Of(experiment), cancellationToken).ConfigureAwait(false);
        return new ExperimentData(experiment, state.RequireHypothesis(experiment.Hypothesis), read, clock.GetUtcNow())
        {
            PriorOfEffect = Priors.OfEffect(state),
        };
    }
}
