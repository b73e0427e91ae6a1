using Experiments.Api.Catalog;
using Experiments.Api.Experiments;
using Experiments.Api.Results.Looks;

namespace Experiments.Api.Promotion;

/// <summary>Takes a treatment that does harm away from users, at once: the experiment stops, or the treatment alone where others remain.</summary>
internal sealed class SafetyStopper(CatalogStore catalog, TimeProvider clock)
{
    private static string Reason(Finding harm) => harm.Kind == Finding.GuardrailHarm
        ? "It is shown to break a guardrail; the safety stop does not wait for the end of a week."
        : "It is shown to do harm on the primary KPI; the safety stop does not wait for the end of a week.";

    /// <returns>True when this call did it.</returns>
    public async Task<bool> StopAsync(string experimentKey, Finding harm, CancellationToken cancellationToken)
    {
        var done = false;
        await catalog.CommitAsync(
            Promoter.Decider,
            current =>
            {
                var experiment = current.RequireExperiment(experimentKey);
                done = experiment.Status == ExperimentStatus.Running && experiment.VariantOf(harm.Variant).Weight > 0;
                return done ? Change(current, experiment, harm) : CatalogChange.None;
            },
            cancellationToken).ConfigureAwait(false);
        return done;
    }

    private CatalogChange Change(CatalogState state, Experiment experiment, Finding harm)
    {
        var now = clock.GetUtcNow();
        var number = state.DecisionsOf(experiment.Key).Count + 1;
        var others = experiment.Variants.Any(v => v.Key != experiment.Control && v.Key != harm.Variant && v.Weight > 0);
        var stopped = experiment with { Version = experiment.Version + 1, DecisionCount = number };
        stopped = others ? Without(stopped, harm.Variant, now) : stopped with
        {
            Status = ExperimentStatus.Stopped,
            StoppedAt = now,
            StopReason = $"'{harm.Variant}': {Reason(harm)}",
        };
        var decision = new Decision
        {
            Key = $"{experiment.Key}/{number}",
            Experiment = experiment.Key,
            At = now,
            Action = others ? "freeze" : "stop",
            By = Promoter.Decider,
            Reason = $"'{harm.Variant}': {Reason(harm)}",
            Evidence = harm.Evidence,
        };
        return new CatalogChange(others ? "experiment.freeze" : "experiment.stop", decision.Reason, stopped, decision);
    }

    private static Experiment Without(Experiment experiment, string variant, DateTimeOffset now)
    {
        IReadOnlyList<Variant> variants = [.. experiment.Variants.Select(v => v.Key == variant ? v with { Weight = 0 } : v)];
        var epoch = Tables.Next(experiment.Epochs[^1], Tables.BucketsOf(variants), now) with { Weights = Tables.WeightsOf(variants) };
        return experiment with { Variants = variants, Epochs = [.. experiment.Epochs, epoch] };
    }
}
