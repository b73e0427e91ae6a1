using Experiments.Api.Catalog;
using Experiments.Api.Experiments;
using Experiments.Api.Results.Looks;

namespace Experiments.Api.Promotion;

/// <summary>Carries out a bandit's step: a new table for new users, in one atomic step with the decision that says why.</summary>
/// <remarks>A step names the epoch that it was computed on, and is done only while that one is in force: of two processes one does it.</remarks>
internal sealed class Reweighter(CatalogStore catalog, TimeProvider clock)
{
    private const string Moved = "The weights follow the probability of each arm to be the best, no faster than the plan allows.";

    // A commit writes the snapshot of all experiments: many steps go into one.
    private const int StepsInOneCommit = 100;

    /// <summary>Carries out the steps that are open, those of many experiments in one commit.</summary>
    /// <returns>How many this call did.</returns>
    public async Task<int> ReweightAsync(IReadOnlyList<(string Experiment, AllocationStep Step)> steps, CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var part in steps.Where(s => IsOpen(catalog.State, s)).Chunk(StepsInOneCommit))
        {
            var open = 0;
            await catalog.CommitAsync(
                Promoter.Decider,
                state =>
                {
                    var now = clock.GetUtcNow();
                    var still = part.Where(s => IsOpen(state, s)).ToList();
                    open = still.Count;
                    return open == 0 ? CatalogChange.None : new CatalogChange(
                        "experiment.reweight", open == 1 ? Reason(still[0].Step) : Moved, [.. still.SelectMany(s => Documents(state, s, now))]);
                },
                cancellationToken).ConfigureAwait(false);
            done += open;
        }

        return done;
    }

    private static IEnumerable<IDocument> Documents(CatalogState state, (string Experiment, AllocationStep Step) wanted, DateTimeOffset now)
    {
        var (experiment, step) = (state.RequireExperiment(wanted.Experiment), wanted.Step);
        var decision = Decisions.Next(state, experiment.Key, "reweight", Promoter.Decider, Reason(step), step.Evidence, now);
        yield return new Reweighting
        {
            Key = experiment.Key,
            Version = experiment.Version + 1,
            Epoch = Tables.Next(experiment.Epochs[^1], step.Buckets, now),
            DecisionCount = Decisions.Number(decision),
        };
        yield return decision;
    }

    private static bool IsOpen(CatalogState state, (string Experiment, AllocationStep Step) wanted) =>
        state.RequireExperiment(wanted.Experiment) is { Status: ExperimentStatus.Running } experiment
        && experiment.Epochs[^1].Id == wanted.Step.FromEpoch && !experiment.Epochs[^1].Buckets.SequenceEqual(wanted.Step.Buckets);

    private static string Reason(AllocationStep step) => step.Reason == "moved" ? Moved : $"An arm no longer takes part ({step.Reason}).";
}
