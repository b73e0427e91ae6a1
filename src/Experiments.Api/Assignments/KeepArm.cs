using System.ComponentModel.DataAnnotations;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Experiments.Sdk.Arms;
using Experiments.Sdk.Assignment;
using FluentValidation;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Experiments.Api.Assignments;

/// <summary>The first arm of a bandit's user, for an SDK that does not reach the store: the first who asks decides, for all.</summary>
internal static class KeepArm
{
    /// <summary>The arm that the SDK's table chose for a user.</summary>
    internal sealed record Request
    {
        [Required]
        public string? Experiment { get; init; }

        /// <summary>1 to 512 characters, no control characters.</summary>
        [Required]
        public string? User { get; init; }

        [Required]
        public string? Variant { get; init; }

        /// <summary>Epoch of the table that chose it.</summary>
        public int Epoch { get; init; }
    }

    /// <summary>The arm that the user has: that of the request, or the one that he had already.</summary>
    internal sealed record Answer(string Experiment, string Variant, int Epoch, double Propensity);

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Experiment).Must(Keys.IsValid).WithMessage(Keys.Message);
            RuleFor(r => r.User).Must(UserIds.IsValid).WithErrorCode("invalid-user").WithMessage(UserIds.Message);
            RuleFor(r => r.Variant).Must(Keys.IsValid).WithMessage(Keys.Message);
            RuleFor(r => r.Epoch).GreaterThanOrEqualTo(0);
        }
    }

    public static void Map(RouteGroupBuilder routes) => routes
        .MapPost("/assignments/arms", HandleAsync)
        .WithName("keepArm")
        .WithSummary("Keeps a bandit's user in the variant that he met first: answers that variant, its epoch and its propensity.")
        .Validate<Request>()
        .Answers(404, 422, 503);

    internal static async Task<Ok<Answer>> HandleAsync(
        Request request, CatalogStore catalog, StoreArmStore arms, FirstArms firstArms, CancellationToken cancellationToken)
    {
        // The SDK may have a table that another process of ours has made.
        var state = await catalog.RefreshAsync(cancellationToken);
        var proposed = Proposed(state.RequireExperiment(request.Experiment!), request);
        var kept = await firstArms.OfAsync(request.User!, cancellationToken) is { } several && firstArms.Of(several, request.Experiment!) is { } first
            ? first
            : await arms.KeepAsync(request.Experiment!, request.User!, proposed, cancellationToken);
        return TypedResults.Ok(new Answer(request.Experiment!, kept.Variant, kept.Epoch, kept.Buckets / (double)BucketTable.Size));
    }

    /// <summary>The propensity is the service's own, from the table named.</summary>
    private static KeptArm Proposed(Experiment experiment, Request request)
    {
        if (experiment.Kind != "bandit")
            throw Refused("not-a-bandit", $"'{experiment.Key}' is no bandit: its table alone decides.");
        var variant = experiment.IndexOf(request.Variant!);
        if (variant < 0) throw Refused("unknown-variant", $"'{experiment.Key}' has no variant '{request.Variant}'.");
        if (request.Epoch >= experiment.Epochs.Count || experiment.Epochs[request.Epoch].Buckets[variant] == 0)
            throw Refused("unknown-epoch", $"No table {request.Epoch} of '{experiment.Key}' gives '{request.Variant}' to anybody.");
        return new KeptArm(request.Variant!, request.Epoch, experiment.Epochs[request.Epoch].Buckets[variant]);
    }

    private static ProblemException Refused(string code, string detail) => new(StatusCodes.Status422UnprocessableEntity, code, detail);
}
