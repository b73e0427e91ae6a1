using System.Security.Claims;
using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Experiments.Api.Hypotheses;

internal static class ChangeHypothesis
{
    public static void Map(RouteGroupBuilder hypotheses) => hypotheses
        .MapPatch("/{key}", HandleAsync)
        .WithName("changeHypothesis")
        .WithSummary("Change a hypothesis (JSON merge patch). Tests that have started keep their plan.")
        .Patches<CreateHypothesis.Request>()
        .Answers(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict,
            StatusCodes.Status412PreconditionFailed);

    internal static async Task<Ok<HypothesisView>> HandleAsync(
        string key,
        JsonElement patch,
        [FromHeader(Name = "If-Match")] string? ifMatch,
        CatalogStore catalog,
        IValidator<CreateHypothesis.Request> validator,
        ClaimsPrincipal user,
        CancellationToken cancellationToken)
    {
        var state = await catalog.CommitAsync(
            user.ActorName(),
            state =>
            {
                var current = state.RequireHypothesis(key);
                Versions.Check(ifMatch, current.Version);
                if (current.Archived) throw Problems.Conflict("archived", $"The hypothesis '{key}' is archived and no longer changes.");
                var changed = MergePatch.Apply(CreateHypothesis.Request.From(current), patch, validator);
                if (changed.Key != key) throw Problems.Invalid("key-fixed", "A key never changes.", ("key", $"must stay '{key}'"));
                var next = changed.ToDocument(current.CreatedAt) with { Version = current.Version };
                KnownKpi.Check(state, next.Expect.Kpi, "expect.kpi");
                return next == current ? CatalogChange.None : new CatalogChange("hypothesis.change", "", next with { Version = current.Version + 1 });
            },
            cancellationToken);
        return TypedResults.Ok(HypothesisView.From(state.RequireHypothesis(key)));
    }
}
