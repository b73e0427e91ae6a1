using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Hypotheses;

internal static class CreateHypothesis
{
    /// <summary>Because A, if we change B for C, KPI D moves by E.</summary>
    internal sealed record Request
    {
        [Required]
        public string? Key { get; init; }
        [Required]
        public string? Because { get; init; }
        [Required]
        public string? Change { get; init; }
        [Required]
        public string? Audience { get; init; }
        [Required]
        public ExpectRequest? Expect { get; init; }
        public string? Author { get; init; }
        public string? Market { get; init; }
        public string? Channel { get; init; }

        [AllowedValues("before", "during", "after")]
        public string? Phase { get; init; }

        [AllowedValues("transaction", "relation", "individualisation", "community")]
        public string? Pillar { get; init; }

        public static Request From(Hypothesis hypothesis) => new()
        {
            Key = hypothesis.Key,
            Because = hypothesis.Because,
            Change = hypothesis.Change,
            Audience = hypothesis.Audience,
            Expect = new ExpectRequest
            {
                Kpi = hypothesis.Expect.Kpi,
                Direction = hypothesis.Expect.Direction,
                Lift = hypothesis.Expect.Lift,
                Confidence = hypothesis.Expect.Confidence,
            },
            Author = hypothesis.Author,
            Market = hypothesis.Market,
            Channel = hypothesis.Channel,
            Phase = hypothesis.Phase,
            Pillar = hypothesis.Pillar,
        };

        /// <summary>The document; the request is valid.</summary>
        public Hypothesis ToDocument(DateTimeOffset createdAt) => new()
        {
            Key = Key!,
            Because = Because!,
            Change = Change!,
            Audience = Audience!,
            Expect = new Expectation(Expect!.Kpi!, Expect.Direction!, Expect.Lift!.Value, Expect.Confidence!.Value),
            Author = Author,
            Market = Market,
            Channel = Channel,
            Phase = Phase,
            Pillar = Pillar,
            CreatedAt = createdAt,
        };
    }

    /// <summary>What the author expects: lift as a fraction of the KPI, and how sure he is of it.</summary>
    internal sealed record ExpectRequest
    {
        [Required]
        public string? Kpi { get; init; }

        [AllowedValues("increase", "decrease")]
        [Required]
        public string? Direction { get; init; }

        /// <summary>0.05 means +5 %.</summary>
        [Required]
        public double? Lift { get; init; }

        /// <summary>Between 0 and 1.</summary>
        [Required]
        public double? Confidence { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Key).Key();
            RuleFor(r => r.Because).Text(2000);
            RuleFor(r => r.Change).Text(2000);
            RuleFor(r => r.Audience).Text(2000);
            // ChildRules skips null: without NotNull first, a missing member would be a failure of ours.
            RuleFor(r => r.Expect).NotNull().WithMessage("is required: the KPI that should move, its direction, lift and confidence");
            RuleFor(r => r.Expect!).ChildRules(expect =>
            {
                expect.RuleFor(e => e.Kpi).Key();
                expect.RuleFor(e => e.Direction).OneOf("increase", "decrease");
                expect.RuleFor(e => e.Lift).Must(l => l is >= -1 and <= 10)
                    .WithMessage("is required, as a fraction from -1 to 10: 0.05 means +5 %");
                expect.RuleFor(e => e.Confidence).Must(c => c is > 0 and < 1)
                    .WithMessage("is required, strictly between 0 and 1: 0.7 means 70 % sure");
            }).When(r => r.Expect is not null);
            RuleFor(r => r.Author).OptionalText(200);
            RuleFor(r => r.Market).OptionalText(200);
            RuleFor(r => r.Channel).OptionalText(200);
            RuleFor(r => r.Phase).OptionalOneOf("before", "during", "after");
            RuleFor(r => r.Pillar).OptionalOneOf("transaction", "relation", "individualisation", "community");
        }
    }

    public static void Map(RouteGroupBuilder hypotheses) => hypotheses
        .MapPost("/", HandleAsync)
        .WithName("createHypothesis")
        .WithSummary("Record a hypothesis before any test is designed for it.")
        .Validate<Request>()
        .Idempotent()
        .Answers(StatusCodes.Status409Conflict);

    internal static async Task<Created<HypothesisView>> HandleAsync(
        Request request, CatalogStore catalog, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancellationToken)
    {
        var hypothesis = request.ToDocument(clock.GetUtcNow());
        await catalog.CommitAsync(user.ActorName(), state => Decide(state, hypothesis), cancellationToken);
        return TypedResults.Created($"/v1/hypotheses/{hypothesis.Key}", HypothesisView.From(hypothesis));
    }

    private static CatalogChange Decide(CatalogState state, Hypothesis hypothesis)
    {
        if (state.Hypotheses.ContainsKey(hypothesis.Key))
        {
            throw Problems.Conflict("hypothesis-exists",
                $"A hypothesis with key '{hypothesis.Key}' already exists; choose another key, or change it with PATCH.");
        }

        KnownKpi.Check(state, hypothesis.Expect.Kpi, "expect.kpi");
        return new CatalogChange("hypothesis.create", "", hypothesis);
    }
}
