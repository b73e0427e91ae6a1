using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Experiments;

internal static partial class CreateExperiment
{
    public static void Map(RouteGroupBuilder experiments) => experiments
        .MapPost("/", HandleAsync)
        .WithName("createExperiment")
        .WithSummary("Draft a test of a hypothesis. Nobody is assigned before it starts.")
        .Validate<Request>()
        .Idempotent()
        .Answers(StatusCodes.Status409Conflict);

    internal static async Task<Created<ExperimentView>> HandleAsync(
        Request request, CatalogStore catalog, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancellationToken)
    {
        var experiment = request.ToDocument(clock.GetUtcNow());
        await catalog.CommitAsync(user.ActorName(), state => Decide(state, experiment), cancellationToken);
        return TypedResults.Created($"/v1/experiments/{experiment.Key}", ExperimentView.From(experiment));
    }

    /// <summary>What the draft names must exist.</summary>
    /// <exception cref="ProblemException">422 with the field.</exception>
    internal static void CheckReferences(CatalogState state, Experiment experiment)
    {
        if (!state.Hypotheses.TryGetValue(experiment.Hypothesis, out var hypothesis) || hypothesis.Archived)
        {
            var what = hypothesis is null ? "does not exist" : "is archived";
            throw Problems.Unprocessable("unknown-hypothesis",
                $"The hypothesis '{experiment.Hypothesis}' {what}; record it first with POST /v1/hypotheses, or name another.",
                ("hypothesis", $"names the hypothesis '{experiment.Hypothesis}', which {what}"));
        }

        KnownKpi.Check(state, experiment.PrimaryKpi, "primaryKpi");
        for (var i = 0; i < experiment.SecondaryKpis.Count; i++)
            KnownKpi.Check(state, experiment.SecondaryKpis[i], $"secondaryKpis[{i}]");
        for (var i = 0; i < experiment.Guardrails.Count; i++)
            KnownKpi.Check(state, experiment.Guardrails[i].Kpi, $"guardrails[{i}].kpi");
        BanditRules.CheckCosts(state, experiment);
    }

    private static CatalogChange Decide(CatalogState state, Experiment experiment)
    {
        if (state.Experiments.ContainsKey(experiment.Key))
        {
            throw Problems.Conflict("experiment-exists",
                $"An experiment with key '{experiment.Key}' already exists; choose another key, or change it with PATCH.");
        }

        CheckReferences(state, experiment);
        FeatureRules.CheckWeights(experiment);
        return new CatalogChange("experiment.create", "", experiment);
    }
}
