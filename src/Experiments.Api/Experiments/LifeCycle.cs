using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Experiments;

/// <summary>draft → running ↔ paused → stopped; what does not fit is refused with what would.</summary>
internal static class LifeCycle
{
    /// <exception cref="ProblemException">409 <c>wrong-state</c>, or <c>archived</c>.</exception>
    public static void Require(Experiment experiment, string verb, params string[] statuses)
    {
        if (experiment.Archived) throw Problems.Conflict("archived", $"The experiment '{experiment.Key}' is archived and no longer changes.");
        if (statuses.Contains(experiment.Status)) return;

        var allowed = experiment.Status switch
        {
            ExperimentStatus.Draft => "it can be changed, started or deleted",
            ExperimentStatus.Running => "it can be paused or stopped",
            ExperimentStatus.Paused => "it can be resumed or stopped",
            _ => "it stays as it is; draft a new experiment to test again",
        };
        throw Problems.Conflict("wrong-state",
            $"Cannot {verb} the experiment '{experiment.Key}': it is {experiment.Status}, and only one that is {string.Join(" or ", statuses)} can be; {allowed}.");
    }
}
