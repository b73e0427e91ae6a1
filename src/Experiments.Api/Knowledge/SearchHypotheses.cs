using Experiments.Api.Catalog;
using Experiments.Api.Hypotheses;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Knowledge;

/// <summary><c>GET /v1/knowledge/hypotheses</c>: what was believed, what was tested, and what came of it.</summary>
internal static class SearchHypotheses
{
    private const string Untested = "untested";
    private const string Testing = "testing";

    private static readonly string[] States = [Untested, Testing, Outcome.Held, Outcome.Refuted, Outcome.Open];

    /// <param name="State">Of its last test: <c>untested</c>, <c>testing</c>, <c>held</c>, <c>refuted</c> or <c>open</c>.</param>
    internal sealed record View(HypothesisView Hypothesis, string State, IReadOnlyList<TestView> Tests, IReadOnlyList<string> BestPractices);

    internal sealed record TestView(
        string Experiment, string Status, string? Outcome, string? Variant, double? RelativeLift, double? Users, DateTimeOffset? StoppedAt);

    public static void Map(RouteGroupBuilder knowledge) => knowledge
        .MapGet("/hypotheses", HandleAsync)
        .WithName("searchHypotheses")
        .WithSummary("Hypotheses with their tests and outcomes, oldest first; q searches all their words, state is that of the last test.")
        .Answers(400, 503);

    internal static async Task<Ok<Page<View>>> HandleAsync(
        Outcomes outcomes, string? q, string? author, string? market, string? channel, string? phase, string? pillar, string? kpi,
        string? state, int? limit, string? cursor, CancellationToken cancellationToken)
    {
        if (state is not null && !States.Contains(state))
        {
            var message = $"must be one of: {string.Join(", ", States)}";
            throw Problems.Invalid("invalid-parameter", $"'state' {message}.", ("state", message));
        }

        var filter = new KnowledgeFilter(q, author, market, channel, phase, pillar, kpi);
        var (catalog, all) = await outcomes.ReadAsync(cancellationToken);
        var byExperiment = all.ToDictionary(o => o.Experiment.Key, StringComparer.Ordinal);
        var tests = catalog.Experiments.Values.ToLookup(e => e.Hypothesis);
        var found = catalog.Hypotheses.Values.Where(filter.Holds)
            .Select(h => ToView(catalog, h, tests[h.Key], byExperiment))
            .Where(v => state is null || v.State == state);
        return TypedResults.Ok(Paging.Page(found, v => (v.Hypothesis.CreatedAt, v.Hypothesis.Key), v => v, limit, cursor));
    }

    private static View ToView(
        CatalogState catalog, Hypothesis hypothesis, IEnumerable<Experiment> experiments, Dictionary<string, Outcome> outcomes)
    {
        var ordered = experiments.OrderBy(e => e.CreatedAt).ThenBy(e => e.Key, StringComparer.Ordinal).ToList();
        var last = ordered.FindLast(e => e.StartedAt is not null);
        var state = last is null ? Untested
            : last.Status != ExperimentStatus.Stopped ? Testing
            : outcomes.GetValueOrDefault(last.Key)?.State ?? Outcome.Open;
        return new View(
            HypothesisView.From(hypothesis), state,
            [.. ordered.Select(e => Test(e, outcomes.GetValueOrDefault(e.Key)))],
            [.. ordered.Where(e => catalog.BestPractices.ContainsKey(e.Key)).Select(e => e.Key)]);
    }

    private static TestView Test(Experiment e, Outcome? outcome) =>
        new(e.Key, e.Status, outcome?.State, outcome?.Variant, outcome?.RelativeLift, outcome?.Users, e.StoppedAt);
}
