using Experiments.Api.Events.Ledger;
using Experiments.Sdk;
using Experiments.Sdk.Arms;
using Experiments.Sdk.Assignment;

namespace Experiments.Api.Assignments;

/// <summary>What a user is served, as an SDK beside the store would say: his table's arm, or the one that he met first where it stays: of a
/// bandit, or under another id of his.</summary>
internal sealed class Assigner(StoreArmStore arms, FirstArms firstArms, TimeProvider clock, ILogger<Assigner> logger)
{
    private const int RememberedArms = 100_000;
    private static readonly TimeSpan ArmWait = TimeSpan.FromSeconds(2);

    private readonly StickyArms _sticky = new(arms, RememberedArms, ArmWait, clock, logger);

    /// <summary>What a caller should know of an answer that is not by chance or not the user's first arm; null when it is.</summary>
    public static string? Exception(Evaluation evaluation) => evaluation.Reason switch
    {
        AssignmentReason.StickyUnavailable => "stickyUnavailable",
        AssignmentReason.ArmStopped => "armStopped",
        AssignmentReason.Targeted => "targeted",
        _ => null,
    };

    /// <summary>Answers for several parameters of one user.</summary>
    public async ValueTask<IReadOnlyList<Evaluation>> AssignAsync(
        SnapshotEvaluator evaluator, IReadOnlyList<string> parameters, string user, ExperimentContext context, CancellationToken cancellationToken)
    {
        var evaluations = new Evaluation[parameters.Count];
        UserRecord? several = null;
        var looked = false;
        for (var i = 0; i < evaluations.Length; i++)
        {
            var table = evaluator.Evaluate(parameters[i], user, context);
            if (table.Arm?.Plan is not null && !looked) (several, looked) = (await firstArms.OfAsync(user, cancellationToken), true);
            evaluations[i] = await ServeAsync(table, several, user, cancellationToken);
        }

        return evaluations;
    }

    private async ValueTask<Evaluation> ServeAsync(Evaluation table, UserRecord? several, string user, CancellationToken cancellationToken)
    {
        if (table.Arm?.Plan is not { } plan) return table;
        if (several is not null && firstArms.Of(several, plan.Experiment) is { } first && plan.Serve(first) is { } arm)
            return new Evaluation(arm, arm.Reason, table.Hash);
        return table.Arm.Bandit is null ? table : await _sticky.ServeAsync(table, user, cancellationToken);
    }
}
