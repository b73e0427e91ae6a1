using Experiments.Api.Access;
using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Results.Figures;
using Experiments.Api.Results.Looks;
using Experiments.Api.Shared;
using Experiments.Stats.Bayesian;

namespace Experiments.Api.Results;

/// <summary>What the company's own finished tests say of effects to come; for read-outs, never for decisions.</summary>
internal sealed class Priors(CatalogStore catalog, MomentsReader moments, TimeProvider clock)
{
    /// <summary>Law of the log lift for an experiment's primary KPI and market; null from fewer than five finished tests.</summary>
    public async Task<FrozenPrior?> ForAsync(CatalogState state, Experiment experiment, CancellationToken cancellationToken)
    {
        var (kpi, market) = (experiment.PrimaryKpi, state.RequireHypothesis(experiment.Hypothesis).Market);
        var effects = await EffectsAsync(Finished(state).Where(e => Is(state, e, kpi, market)), cancellationToken).ConfigureAwait(false);
        return LearnedPrior.OfLogLift(effects) is { } prior
            ? new FrozenPrior(prior.Mean, prior.StandardDeviation, effects.Length)
            : null;
    }

    /// <summary>Every prior there is or is on its way: by KPI and market.</summary>
    public async Task<IReadOnlyList<View>> AllAsync(CancellationToken cancellationToken)
    {
        var state = await catalog.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var views = new List<View>();
        foreach (var group in Finished(state).GroupBy(e => (Kpi: e.FrozenKpis[0].Key, state.RequireHypothesis(e.Hypothesis).Market)))
        {
            var effects = await EffectsAsync(group, cancellationToken).ConfigureAwait(false);
            var prior = LearnedPrior.OfLogLift(effects);
            views.Add(new View(
                group.Key.Kpi, group.Key.Market, effects.Length, LearnedPrior.LeastTests, prior?.Mean, prior?.StandardDeviation));
        }

        return [.. views.OrderBy(v => v.Kpi, StringComparer.Ordinal).ThenBy(v => v.Market, StringComparer.Ordinal)];
    }

    /// <summary>Prior probability that a test has an effect: share of finished tests with a decision, shrunk; 1/3 without any.</summary>
    public static double OfEffect(CatalogState state)
    {
        var finished = Finished(state).ToList();
        var wins = finished.Count(e => e.PromotedVariant is not null);
        var losses = finished.Count(e => e.PromotedVariant is null && state.DecisionsOf(e.Key).Any(d => d.Action == "stop"));
        return EffectProbability.Prior(wins, losses, finished.Count);
    }

    private static IEnumerable<Experiment> Finished(CatalogState state) =>
        state.Experiments.Values.Where(e => e is { Status: ExperimentStatus.Stopped, FrozenKpis: [{ Type: "proportion" }, ..] });

    private static bool Is(CatalogState state, Experiment experiment, string kpi, string? market) =>
        experiment.FrozenKpis[0].Key == kpi && state.RequireHypothesis(experiment.Hypothesis).Market == market;

    private async Task<PastEffect[]> EffectsAsync(IEnumerable<Experiment> experiments, CancellationToken cancellationToken)
    {
        var effects = new List<PastEffect>();
        foreach (var experiment in experiments)
        {
            var read = await moments.ReadAsync(TargetLayout.Of(experiment), cancellationToken).ConfigureAwait(false);
            var data = new ExperimentData(experiment, null, read, clock.GetUtcNow());
            var readOut = new ReadOut(data.Mature(0));
            effects.AddRange(data.Treatments.Select(t => readOut.LogLift(data.Control, t)).OfType<PastEffect>());
        }

        return [.. effects];
    }

    /// <param name="Tests">Finished treatments behind it.</param>
    /// <param name="NeededTests">It is used from this many on.</param>
    /// <param name="Mean">Mean of the log lift; null while there are too few.</param>
    /// <param name="StandardDeviation">Its standard deviation.</param>
    internal sealed record View(string Kpi, string? Market, int Tests, int NeededTests, double? Mean, double? StandardDeviation);
}

/// <summary><c>GET /v1/priors</c>.</summary>
internal static class ReadPriors
{
    internal sealed record Answer(IReadOnlyList<Priors.View> Items);

    public static void Map(IEndpointRouteBuilder app) => app.MapGroup("/v1").WithTags("Results").Requires(read: Role.Viewer, write: Role.Viewer)
        .MapGet("/priors", async (Priors priors, CancellationToken cancellationToken) =>
            TypedResults.Ok(new Answer(await priors.AllAsync(cancellationToken))))
        .WithName("readPriors")
        .WithSummary("The priors learned from finished tests, by KPI and market; used in read-outs only, from five tests on.")
        .Answers(503);
}
