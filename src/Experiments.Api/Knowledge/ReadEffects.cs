using Experiments.Api.Shared;
using Experiments.Stats.Bayesian;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Knowledge;

/// <summary><c>GET /v1/knowledge/effects</c>: how often tests win, and what they really bring: observed lifts drawn towards the usual.</summary>
internal static class ReadEffects
{
    // Before a company has five finished tests of a KPI: most lifts are within 5 % of nothing.
    private static readonly NormalPosterior UsualEffect = new(0, 0.05);

    private const double Level = 0.95;
    private const double Quantile975 = 1.959963984540054;

    internal sealed record View(RateView WinRate, IReadOnlyList<PriorView> Kpis, IReadOnlyList<EffectView> Items);

    /// <param name="Tests">Finished tests.</param>
    /// <param name="Rate">Share that held; null without a test.</param>
    /// <param name="ShrunkRate">The same with three made-up tests of which one held: what to expect of the next.</param>
    internal sealed record RateView(int Tests, int Held, int Refuted, int Open, double? Rate, double ShrunkRate);

    /// <summary>The law of log lifts that effects of a KPI are drawn towards.</summary>
    /// <param name="Learned">False while there are fewer than five finished tests: then a usual law is taken.</param>
    internal sealed record PriorView(string Kpi, int Tests, bool Learned, double Mean, double StandardDeviation);

    /// <param name="RelativeLift">As observed; of a test chosen because it won, too large on average.</param>
    /// <param name="ShrunkRelativeLift">What to expect of it, with its interval.</param>
    internal sealed record EffectView(
        string Experiment, string Hypothesis, string Variant, string Kpi, string Outcome, double Users, double? RelativeLift,
        double? ShrunkRelativeLift, double? Lower, double? Upper, double Level, DateTimeOffset At);

    public static void Map(RouteGroupBuilder knowledge) => knowledge
        .MapGet("/effects", HandleAsync)
        .WithName("readEffects")
        .WithSummary("Win rate and effects of all finished tests; lifts are also given shrunk, since those of winners are selected.")
        .Answers(400, 503);

    internal static async Task<Ok<View>> HandleAsync(
        Outcomes outcomes, string? author, string? market, string? channel, string? phase, string? pillar, string? kpi,
        CancellationToken cancellationToken)
    {
        var filter = new KnowledgeFilter(null, author, market, channel, phase, pillar, null);
        var (_, all) = await outcomes.ReadAsync(cancellationToken);
        var found = all.Where(o => filter.Holds(o.Hypothesis) && (kpi is null || o.Kpi == kpi)).ToList();

        // The law is learned from all tests of a KPI, whatever part of them is asked for.
        var priors = all.GroupBy(o => o.Kpi).ToDictionary(g => g.Key, PriorOf);
        return TypedResults.Ok(new View(
            Rate(found),
            [.. priors.Values.Where(p => found.Any(o => o.Kpi == p.Kpi)).OrderBy(p => p.Kpi, StringComparer.Ordinal)],
            [.. found.Select(o => Item(o, priors[o.Kpi]))]));
    }

    private static RateView Rate(List<Outcome> outcomes)
    {
        var held = outcomes.Count(o => o.State == Outcome.Held);
        var refuted = outcomes.Count(o => o.State == Outcome.Refuted);
        return new RateView(
            outcomes.Count, held, refuted, outcomes.Count - held - refuted, outcomes.Count == 0 ? null : (double)held / outcomes.Count,
            EffectProbability.Prior(held, 0, outcomes.Count));
    }

    private static PriorView PriorOf(IGrouping<string, Outcome> tests)
    {
        PastEffect[] effects = [.. tests.Select(o => o.Effect).OfType<PastEffect>()];
        var learned = LearnedPrior.OfLogLift(effects);
        var law = learned ?? UsualEffect;
        return new PriorView(tests.Key, effects.Length, learned is not null, law.Mean, law.StandardDeviation);
    }

    private static EffectView Item(Outcome o, PriorView prior)
    {
        var shrunk = o.Effect is { } effect
            ? LearnedPrior.Combine(new NormalPosterior(prior.Mean, prior.StandardDeviation), effect)
            : default(NormalPosterior?);
        double? At(double width) => shrunk is { } law ? Math.Exp(law.Mean + (width * law.StandardDeviation)) - 1 : null;
        return new EffectView(
            o.Experiment.Key, o.Hypothesis.Key, o.Variant, o.Kpi, o.State, o.Users, o.RelativeLift, At(0), At(-Quantile975), At(Quantile975),
            Level, o.At);
    }
}
