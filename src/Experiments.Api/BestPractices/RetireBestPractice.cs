using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.BestPractices;

internal static class RetireBestPractice
{
    /// <summary>Why it is no longer served.</summary>
    internal sealed record Request
    {
        [Required]
        public string? Reason { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator() => RuleFor(r => r.Reason).Text(2000);
    }

    public static void Map(RouteGroupBuilder practices) => practices
        .MapPost("/{key}/retire", HandleAsync)
        .WithName("retireBestPractice")
        .WithSummary("Stop serving a best practice: apps take their own default again at the next snapshot.")
        .Validate<Request>()
        .Answers(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict);

    internal static async Task<Ok<BestPracticeView>> HandleAsync(
        string key, Request request, CatalogStore catalog, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var state = await catalog.CommitAsync(
            user.ActorName(),
            state =>
            {
                var practice = state.RequireBestPractice(key);
                if (practice.State == PracticeState.Retired)
                {
                    throw Problems.Conflict("wrong-state",
                        $"The best practice '{key}' is retired already; a new experiment on '{practice.Parameter}' can make another.");
                }

                return new CatalogChange("best-practice.retire", request.Reason!, practice with
                {
                    Version = practice.Version + 1,
                    State = PracticeState.Retired,
                    RetiredReason = request.Reason,
                });
            },
            cancellationToken);
        return TypedResults.Ok(BestPracticeView.From(state.RequireBestPractice(key), live: null));
    }
}
