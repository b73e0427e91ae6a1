using Experiments.Api.Catalog;
using Experiments.Api.Experiments;
using Experiments.Api.Results.Looks;

namespace Experiments.Api.Promotion;

/// <summary>Takes a treatment that does harm away from users, at once: the experiment stops, or the treatment alone where others remain.</summary>
/// <remarks>Once for each treatment: who brings one back by hand has the word from then on.</remarks>
internal sealed class SafetyStopper(CatalogStore catalog, TimeProvider clock)
{
    private static string Reason(Finding harm) => harm.Kind == Finding.GuardrailHarm
        ? "It is shown to break a guardrail; the safety stop does not wait for the end of a week."
        : "It is shown to do harm on the primary KPI; the safety stop does not wait for the end of a week.";

    /// <returns>True when this call did it.</returns>
    public async Task<bool> StopAsync(string experimentKey, Finding harm, CancellationToken cancellationToken)
    {
        // Most rounds have nothing to do: the catalogue in memory says so without asking the store.
        if (!IsOpen(catalog.State.RequireExperiment(experimentKey), harm)) return false;
        var done = false;
        await catalog.CommitAsync(
            Promoter.Decider,
            current =>
            {
                var experiment = current.RequireExperiment(experimentKey);
                done = IsOpen(experiment, harm);
                return done ? Change(current, experiment, harm) : CatalogChange.None;
            },
            cancellationToken).ConfigureAwait(false);
        return done;
    }

    private static bool IsOpen(Experiment experiment, Finding harm) => experiment.Status == ExperimentStatus.Running
        && experiment.VariantOf(harm.Variant).Weight > 0 && !experiment.SafetyStopped.Contains(harm.Variant);

    private CatalogChange Change(CatalogState state, Experiment experiment, Finding harm)
    {
        var now = clock.GetUtcNow();
        var others = experiment.Variants.Any(v => v.Key != experiment.Control && v.Key != harm.Variant && v.Weight > 0);
        var reason = $"'{harm.Variant}': {Reason(harm)}";
        var decision = Decisions.Next(state, experiment.Key, others ? "freeze" : "stop", Promoter.Decider, reason, harm.Evidence, now);
        var stopped = experiment with
        {
            Version = experiment.Version + 1,
            DecisionCount = Decisions.Number(decision),
            SafetyStopped = [.. experiment.SafetyStopped, harm.Variant],
        };
        stopped = others ? Without(stopped, harm.Variant, now) : stopped with
        {
            Status = ExperimentStatus.Stopped,
            StoppedAt = now,
            StopReason = reason,
        };
        return new CatalogChange(
            others ? "experiment.freeze" : "experiment.stop", decision.Reason,
            [stopped, decision, .. Contradictions.Of(state, experiment, harm.Variant, harm.Evidence)]);
    }

    private static Experiment Without(Experiment experiment, string variant, DateTimeOffset now)
    {
        // Percentiles that were taken over stay where they are: those of the variant are served the control.
        var freed = experiment.FeatureManagement is null ? 0 : experiment.VariantOf(variant).Weight;
        IReadOnlyList<Variant> variants =
        [
            .. experiment.Variants.Select(v => v.Key == variant ? v with { Weight = 0 } : v.Key == experiment.Control ? v with { Weight = v.Weight + freed } : v),
        ];
        var stopped = experiment with { Variants = variants };
        return stopped.With(Tables.After(stopped, now));
    }
}
