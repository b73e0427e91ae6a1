using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Kpis;

internal static class CreateKpi
{
    public const string DefaultWindow = "P7D";

    /// <summary>What a KPI counts, and which way is good.</summary>
    internal sealed record Request
    {
        [Required]
        public string? Key { get; init; }
        public string? Name { get; init; }

        [AllowedValues("proportion", "mean", "count", "ratio")]
        [Required]
        public string? Type { get; init; }

        /// <summary>Name of the events that it counts; default: its key.</summary>
        public string? Event { get; init; }

        /// <summary>For a ratio only: name of the events whose values are the denominator.</summary>
        public string? Denominator { get; init; }

        [AllowedValues("increase", "decrease")]
        [Required]
        public string? Direction { get; init; }

        /// <summary>Time from the first exposure in which events count, ISO 8601; default P7D.</summary>
        public string? Window { get; init; }

        /// <summary>Bound of a user's total.</summary>
        public double? Cap { get; init; }
        public string? Covariate { get; init; }

        [AllowedValues("transaction", "relation", "individualisation", "community")]
        public string? Pillar { get; init; }
        public string? Unit { get; init; }

        /// <summary>For a proportion with a unit of money: what one conversion is worth in it. Prices costs and best practices.</summary>
        public double? ValuePerConversion { get; init; }

        public static Request From(Kpi kpi) => new()
        {
            Key = kpi.Key,
            Name = kpi.Name,
            Type = kpi.Type,
            Event = kpi.Event,
            Denominator = kpi.Denominator,
            Direction = kpi.Direction,
            Window = kpi.Window,
            Cap = kpi.Cap,
            Covariate = kpi.Covariate,
            Pillar = kpi.Pillar,
            Unit = kpi.Unit,
            ValuePerConversion = kpi.ValuePerConversion,
        };

        /// <summary>The document, defaults filled in; the request is valid.</summary>
        public Kpi ToDocument(DateTimeOffset createdAt) => new()
        {
            Key = Key!,
            Name = Name,
            Type = Type!,
            Event = Event ?? Key!,
            Denominator = Denominator,
            Direction = Direction!,
            Window = Window ?? DefaultWindow,
            Cap = Cap,
            Covariate = Covariate,
            Pillar = Pillar,
            Unit = Unit,
            ValuePerConversion = ValuePerConversion,
            CreatedAt = createdAt,
        };
    }

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Key).Key();
            RuleFor(r => r.Name).OptionalText(200);
            RuleFor(r => r.Type).OneOf("proportion", "mean", "count", "ratio");
            RuleFor(r => r.Event).OptionalText(200);
            RuleFor(r => r.Denominator).Text(200).WithMessage("is required for a ratio: the name of the events to divide by")
                .When(r => r.Type == "ratio");
            RuleFor(r => r.Denominator).Must(d => d is null).WithMessage("belongs to a ratio only: leave it out, or set type to 'ratio'")
                .When(r => r.Type is "proportion" or "mean" or "count");
            RuleFor(r => r.Direction).OneOf("increase", "decrease");
            RuleFor(r => r.Window).Must(w => w is null || (Durations.TryParse(w, out var d) && d >= TimeSpan.FromSeconds(1)))
                .WithMessage("must be an ISO 8601 duration of at least PT1S, such as P7D or PT30M (no years or months)");
            RuleFor(r => r.Cap).Within(c => c > 0, "above 0");
            RuleFor(r => r.Covariate).OptionalText(200);
            RuleFor(r => r.Pillar).OptionalOneOf("transaction", "relation", "individualisation", "community");
            RuleFor(r => r.Unit).OptionalText(50);
            RuleFor(r => r.ValuePerConversion).Within(v => v is > 0 and <= 1e9, "above 0 and at most 1e9: what one conversion is worth");
            RuleFor(r => r.ValuePerConversion).Null().When(r => r.Type is "mean" or "count" or "ratio")
                .WithMessage("belongs to a proportion only: the values of another KPI are in its unit already");
            RuleFor(r => r.Unit).NotNull().When(r => r.ValuePerConversion is not null)
                .WithMessage("is required with valuePerConversion: the money that it is in, such as EUR");
        }
    }

    public static void Map(RouteGroupBuilder kpis) => kpis
        .MapPost("/", HandleAsync)
        .WithName("createKpi")
        .WithSummary("Define a KPI: what is counted, from which events, and which way is good.")
        .Validate<Request>()
        .Idempotent()
        .Answers(StatusCodes.Status409Conflict);

    internal static async Task<Created<KpiView>> HandleAsync(
        Request request, CatalogStore catalog, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancellationToken)
    {
        var kpi = request.ToDocument(clock.GetUtcNow());
        await catalog.CommitAsync(
            user.ActorName(),
            state => state.Kpis.ContainsKey(kpi.Key)
                ? throw Problems.Conflict("kpi-exists", $"A KPI with key '{kpi.Key}' already exists; choose another key, or change it with PATCH.")
                : new CatalogChange("kpi.create", "", kpi),
            cancellationToken);
        return TypedResults.Created($"/v1/kpis/{kpi.Key}", KpiView.From(kpi));
    }
}
