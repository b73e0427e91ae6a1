using Experiments.Api.Catalog;
using Experiments.Api.Experiments;
using Experiments.Api.Results.Looks;

namespace Experiments.Api.Promotion;

/// <summary>Carries out a bandit's step: a new table for new users, in one atomic step with the decision that says why.</summary>
/// <remarks>A step names the epoch that it was computed on, and is done only while that one is in force: of two processes one does it.</remarks>
internal sealed class Reweighter(CatalogStore catalog, TimeProvider clock)
{
    private const string Moved = "The weights follow the probability of each arm to be the best, no faster than the plan allows.";

    /// <returns>True when this call did it.</returns>
    public async Task<bool> ReweightAsync(string experimentKey, AllocationStep step, CancellationToken cancellationToken)
    {
        if (!IsOpen(catalog.State.RequireExperiment(experimentKey), step)) return false;
        var done = false;
        await catalog.CommitAsync(
            Promoter.Decider,
            state =>
            {
                var experiment = state.RequireExperiment(experimentKey);
                done = IsOpen(experiment, step);
                if (!done) return CatalogChange.None;

                var now = clock.GetUtcNow();
                var decision = Decisions.Next(state, experimentKey, "reweight", Promoter.Decider, Reason(step), step.Evidence, now);
                return new CatalogChange("experiment.reweight", decision.Reason, new Reweighting
                {
                    Key = experimentKey,
                    Version = experiment.Version + 1,
                    Epoch = Tables.Next(experiment.Epochs[^1], step.Buckets, now),
                    DecisionCount = Decisions.Number(decision),
                }, decision);
            },
            cancellationToken).ConfigureAwait(false);
        return done;
    }

    private static bool IsOpen(Experiment experiment, AllocationStep step) =>
        experiment.Status == ExperimentStatus.Running && experiment.Epochs[^1].Id == step.FromEpoch
        && !experiment.Epochs[^1].Buckets.SequenceEqual(step.Buckets);

    private static string Reason(AllocationStep step) => step.Reason == "moved" ? Moved : $"An arm no longer takes part ({step.Reason}).";
}
