using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.BestPractices;

internal static class ReadBestPractices
{
    private static readonly string[] States =
        [PracticeState.Active, PracticeState.Contested, PracticeState.Expired, PracticeState.Retired];

    public static void Map(RouteGroupBuilder practices)
    {
        practices.MapGet("/", ListAsync)
            .WithName("listBestPractices")
            .WithSummary("What was learned, oldest first; q searches keys, parameters, experiments and what their hypotheses said.")
            .Answers(StatusCodes.Status400BadRequest);
        practices.MapGet("/{key}", GetAsync)
            .WithName("getBestPractice")
            .WithSummary("One best practice with its evidence, and what its holdback says now.")
            .Answers(StatusCodes.Status404NotFound);
    }

    internal static async Task<Ok<Page<BestPracticeView>>> ListAsync(
        CatalogStore catalog,
        string? parameter,
        string? state,
        string? market,
        string? pillar,
        string? q,
        int? limit,
        string? cursor,
        CancellationToken cancellationToken)
    {
        if (state is not null && !States.Contains(state))
        {
            var message = $"must be one of: {string.Join(", ", States)}";
            throw Problems.Invalid("invalid-parameter", $"'state' {message}.", ("state", message));
        }

        var newest = await catalog.RefreshAsync(cancellationToken);
        var found = newest.BestPractices.Values.Where(p =>
            (parameter is null || p.Parameter == parameter)
            && (state is null || p.State == state)
            && (market is null || string.Equals(p.Scope.Market, market, StringComparison.OrdinalIgnoreCase))
            && (pillar is null || p.Pillar == pillar)
            && (string.IsNullOrWhiteSpace(q) || Texts(newest, p).Any(t => t?.Contains(q.Trim(), StringComparison.OrdinalIgnoreCase) == true)));
        return TypedResults.Ok(Paging.Page(found, p => (p.ValidFrom, p.Key), p => BestPracticeView.From(p, live: null), limit, cursor));
    }

    internal static async Task<Ok<BestPracticeView>> GetAsync(
        string key, CatalogStore catalog, IServiceProvider services, CancellationToken cancellationToken)
    {
        var practice = (await catalog.RefreshAsync(cancellationToken)).RequireBestPractice(key);
        var live = services.GetService<PracticeLive>() is { } read ? await read(practice, cancellationToken) : null;
        return TypedResults.Ok(BestPracticeView.From(practice, live));
    }

    private static IEnumerable<string?> Texts(CatalogState state, BestPractice practice)
    {
        yield return practice.Key;
        yield return practice.Parameter;
        yield return practice.Scope.Market;
        yield return practice.Scope.Channel;
        foreach (var evidence in practice.Evidence)
        {
            yield return evidence.Experiment;
            yield return evidence.Kpi;
            if (!state.Experiments.TryGetValue(evidence.Experiment, out var experiment)
                || !state.Hypotheses.TryGetValue(experiment.Hypothesis, out var hypothesis))
                continue;
            yield return hypothesis.Because;
            yield return hypothesis.Change;
            yield return hypothesis.Audience;
        }
    }
}
