using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Experiments.Api.Access;
using Experiments.Api.Shared;
using Experiments.Sdk;
using Experiments.Sdk.Assignment;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Assignments;

/// <summary>Assignment for callers without an SDK: the SDK's own function on the newest snapshot. It records no exposure.</summary>
internal static class Assign
{
    /// <summary>A user, what is known of him, and the parameters that are wanted (all, when left out).</summary>
    internal sealed record Request
    {
        /// <summary>1 to 512 characters, no control characters.</summary>
        [Required]
        public string? User { get; init; }

        /// <summary>Strings, numbers, true or false by name; null is not known.</summary>
        public IReadOnlyDictionary<string, JsonElement>? Attributes { get; init; }
        public IReadOnlyList<string?>? Parameters { get; init; }
    }

    /// <summary>One answer for each parameter asked, in that order.</summary>
    internal sealed record Answer(IReadOnlyList<AssignmentView> Assignments);

    internal sealed record AssignmentView
    {
        public required string Parameter { get; init; }

        /// <summary>Null: the app's own default.</summary>
        public required JsonElement? Value { get; init; }

        /// <summary><c>experiment</c>, <c>bestPractice</c> or <c>none</c>.</summary>
        public required string Source { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Experiment { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Variant { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? BestPractice { get; init; }

        /// <summary>Probability with which the user was given this variant.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public double? Propensity { get; init; }

        /// <summary>Only where there is something to know. <c>stickyUnavailable</c>: the first variant of a bandit's user could not be looked up
        /// and the table decided; <c>armStopped</c>: that variant was stopped and he is served the control; <c>targeted</c>: he, or his group,
        /// was named to have this variant, so do not report an exposure.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Reason { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.User).Must(UserIds.IsValid).WithErrorCode("invalid-user").WithMessage(UserIds.Message);
            RuleFor(r => r.Attributes).Must(a => a is null || a.Count <= 100).WithMessage("must have at most 100 attributes");
            RuleFor(r => r).Custom((request, context) =>
            {
                foreach (var (name, value) in request.Attributes ?? new Dictionary<string, JsonElement>())
                {
                    if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array || !JsonNumbers.AreFinite(value))
                        context.AddFailure($"Attributes.{name}", "must be a string, a number, true, false or null");
                }
            });
            RuleFor(r => r.Parameters).Must(p => p is null || p.Count <= 1000).WithMessage("must have at most 1000 parameters");
            RuleForEach(r => r.Parameters).Must(Names.IsValid).WithMessage(Names.Message);
        }
    }

    public static void Map(RouteGroupBuilder routes) => routes
        .MapPost("/assignments", HandleAsync)
        .WithName("assign")
        .WithSummary("What a user is served: the same answer as the SDK's local call. Report the exposure with POST /v1/events.")
        .Validate<Request>()
        .ForBrowsers();

    internal static async Task<Ok<Answer>> HandleAsync(
        Request request, ServedSnapshot snapshots, Assigner assigner, ApiMetrics metrics, CancellationToken cancellationToken)
    {
        var evaluator = (await snapshots.CurrentAsync(cancellationToken)).Evaluator;
        var context = new ExperimentContext();
        foreach (var (name, value) in request.Attributes ?? new Dictionary<string, JsonElement>())
            context[name] = AttributeValue.FromJson(value);

        IReadOnlyList<string> parameters = [.. request.Parameters?.Select(p => p!) ?? evaluator.Parameters.Order(StringComparer.Ordinal)];
        var evaluations = await assigner.AssignAsync(evaluator, parameters, request.User!, context, cancellationToken);
        return TypedResults.Ok(new Answer([.. parameters.Zip(evaluations, (parameter, evaluation) => View(parameter, Measured(evaluation, metrics)))]));
    }

    private static Evaluation Measured(Evaluation evaluation, ApiMetrics metrics)
    {
        metrics.Evaluated(evaluation.Source switch
        {
            AssignmentSource.Experiment => "split",
            AssignmentSource.BestPractice => "targeting_match",
            _ => "default",
        });
        return evaluation;
    }

    private static AssignmentView View(string parameter, Evaluation evaluation) => new()
    {
        Parameter = parameter,
        Value = evaluation.Value,
        Source = evaluation.Source switch
        {
            AssignmentSource.Experiment => "experiment",
            AssignmentSource.BestPractice => "bestPractice",
            _ => "none",
        },
        Experiment = evaluation.Experiment,
        Variant = evaluation.Variant,
        BestPractice = evaluation.BestPractice,
        Propensity = evaluation.Propensity,
        Reason = Assigner.Exception(evaluation),
    };
}
