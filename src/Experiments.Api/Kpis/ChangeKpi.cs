using System.Security.Claims;
using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Experiments.Api.Kpis;

internal static class ChangeKpi
{
    public static void Map(RouteGroupBuilder kpis) => kpis
        .MapPatch("/{key}", HandleAsync)
        .WithName("changeKpi")
        .WithSummary("Change a KPI (JSON merge patch). Tests that have started keep it as it was.")
        .Patches<CreateKpi.Request>()
        .Answers(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict,
            StatusCodes.Status412PreconditionFailed);

    internal static async Task<Ok<KpiView>> HandleAsync(
        string key,
        JsonElement patch,
        [FromHeader(Name = "If-Match")] string? ifMatch,
        CatalogStore catalog,
        IValidator<CreateKpi.Request> validator,
        ClaimsPrincipal user,
        CancellationToken cancellationToken)
    {
        var state = await catalog.CommitAsync(
            user.ActorName(),
            state =>
            {
                var current = state.RequireKpi(key);
                Versions.Check(ifMatch, current.Version);
                if (current.Archived) throw Problems.Conflict("archived", $"The KPI '{key}' is archived and no longer changes.");
                var changed = MergePatch.Apply(CreateKpi.Request.From(current), patch, validator);
                if (changed.Key != key) throw Problems.Invalid("key-fixed", "A key never changes.", ("key", $"must stay '{key}'"));
                var next = changed.ToDocument(current.CreatedAt) with { Version = current.Version };
                return next == current ? CatalogChange.None : new CatalogChange("kpi.change", "", next with { Version = current.Version + 1 });
            },
            cancellationToken);
        return TypedResults.Ok(KpiView.From(state.RequireKpi(key)));
    }
}
