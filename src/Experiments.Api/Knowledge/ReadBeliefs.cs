using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Knowledge;

/// <summary><c>GET /v1/knowledge/beliefs</c>: what authors expected against what came out.</summary>
internal static class ReadBeliefs
{
    internal sealed record View(
        ScoreView All, IReadOnlyList<GroupView> Authors, IReadOnlyList<GroupView> Themes, IReadOnlyList<GroupView> Markets,
        IReadOnlyList<BeliefView> Items);

    /// <param name="Tests">Finished tests.</param>
    /// <param name="Scored">Of these, with an outcome: held or refuted.</param>
    /// <param name="Held">Of these, held.</param>
    /// <param name="MeanConfidence">How sure authors were of the tests scored.</param>
    /// <param name="BrierScore">Mean of (confidence − outcome)²: 0 is perfect, 0.25 is a coin.</param>
    /// <param name="MeanError">Mean of observed less predicted lift: below 0 says that authors promise too much.</param>
    /// <param name="MeanAbsoluteError">The same without signs.</param>
    internal sealed record ScoreView(
        int Tests, int Scored, int Held, double? MeanConfidence, double? BrierScore, double? MeanError, double? MeanAbsoluteError);

    /// <param name="Name">Author, pillar or market; null for those that say none.</param>
    internal sealed record GroupView(string? Name, ScoreView Score);

    internal sealed record BeliefView(
        string Hypothesis, string Experiment, string? Author, string? Market, string? Pillar, string Kpi, double PredictedLift,
        double Confidence, string Outcome, double? ObservedLift, double Users, DateTimeOffset At);

    public static void Map(RouteGroupBuilder knowledge) => knowledge
        .MapGet("/beliefs", HandleAsync)
        .WithName("readBeliefs")
        .WithSummary("Predicted lifts and confidences against what came out, with Brier score and mean error by author, theme and market.")
        .Answers(400, 503);

    internal static async Task<Ok<View>> HandleAsync(
        Outcomes outcomes, string? author, string? market, string? pillar, string? kpi, CancellationToken cancellationToken)
    {
        var filter = new KnowledgeFilter(null, author, market, null, null, pillar, kpi);
        var (_, all) = await outcomes.ReadAsync(cancellationToken);
        var found = all.Where(o => filter.Holds(o.Hypothesis)).ToList();
        return TypedResults.Ok(new View(
            Score(found), Groups(found, h => h.Author), Groups(found, h => h.Pillar), Groups(found, h => h.Market), [.. found.Select(Item)]));
    }

    private static IReadOnlyList<GroupView> Groups(List<Outcome> outcomes, Func<Hypothesis, string?> name) =>
    [
        .. outcomes.GroupBy(o => name(o.Hypothesis), StringComparer.OrdinalIgnoreCase)
            .OrderBy(g => g.Key is null).ThenBy(g => g.Key, StringComparer.OrdinalIgnoreCase)
            .Select(g => new GroupView(g.Key, Score([.. g]))),
    ];

    private static ScoreView Score(List<Outcome> outcomes)
    {
        var scored = outcomes.Where(o => o.Truth is not null).ToList();
        var errors = outcomes.Where(o => o.RelativeLift is not null).Select(o => o.RelativeLift!.Value - o.PredictedLift).ToList();
        return new ScoreView(
            outcomes.Count, scored.Count, scored.Count(o => o.State == Outcome.Held),
            Mean(scored.Select(o => o.Hypothesis.Expect.Confidence)),
            Mean(scored.Select(o => Math.Pow(o.Hypothesis.Expect.Confidence - o.Truth!.Value, 2))),
            Mean(errors), Mean(errors.Select(Math.Abs)));
    }

    private static double? Mean(IEnumerable<double> values) => values.Select(v => (double?)v).Average();

    private static BeliefView Item(Outcome o) => new(
        o.Hypothesis.Key, o.Experiment.Key, o.Hypothesis.Author, o.Hypothesis.Market, o.Hypothesis.Pillar, o.Kpi, o.PredictedLift,
        o.Hypothesis.Expect.Confidence, o.State, o.RelativeLift, o.Users, o.At);
}
