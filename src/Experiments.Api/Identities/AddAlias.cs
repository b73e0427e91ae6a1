using System.ComponentModel.DataAnnotations;
using Experiments.Api.Events.Intake;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Identities;

/// <summary><c>POST /v1/identities/aliases</c>: two ids are one person's. In any order with what he did under either, more than once as once.</summary>
/// <remarks>His first arm counts; if he met another one under the other id, he is left out of the analysis and counted in its health.</remarks>
internal static class AddAlias
{
    internal sealed record Request
    {
        /// <summary>The id that stays: 1 to 512 characters, no control characters.</summary>
        [Required]
        public string? User { get; init; }

        /// <summary>The other id of the same person, such as the one of a visitor who was not known yet.</summary>
        [Required]
        public string? Alias { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.User).Must(UserIds.IsValid).WithErrorCode("invalid-user").WithMessage(UserIds.Message);
            RuleFor(r => r.Alias).Must(UserIds.IsValid).WithErrorCode("invalid-alias").WithMessage(UserIds.Message);
            RuleFor(r => r.Alias).NotEqual(r => r.User).When(r => r.User is not null)
                .WithErrorCode("invalid-alias").WithMessage("must be another id than 'user'");
        }
    }

    public static void Map(RouteGroupBuilder routes) => routes
        .MapPost("/aliases", HandleAsync)
        .WithName("addAlias")
        .WithSummary("Tells that two ids are one person's: what he did and does under either is joined, and his first variant stays.")
        .Validate<Request>()
        .Answers(429, 503);

    internal static async Task<NoContent> HandleAsync(
        Request request, EventLedger ledger, TimeProvider clock, CancellationToken cancellationToken)
    {
        await CollectEvents.SubmitAsync(
            ledger,
            [
                new AliasEvent
                {
                    Id = Guid.NewGuid().ToString("N"),
                    User = ledger.Pseudonym(request.User!),
                    Alias = ledger.Pseudonym(request.Alias!),
                    At = clock.GetUtcNow().UtcTicks,
                },
            ],
            cancellationToken);
        return TypedResults.NoContent();
    }
}
