using System.ComponentModel.DataAnnotations;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using FluentValidation;

namespace Experiments.Api.PolicyValues;

internal static partial class ReadPolicyValue
{
    /// <summary>A candidate policy: shares by variant, for everybody or by value of a breakdown.</summary>
    internal sealed record Request
    {
        /// <summary>Shares by variant in any scale, for everybody, or for values that <see cref="Segments"/> does not name.</summary>
        [Required]
        public IReadOnlyDictionary<string, double>? Weights { get; init; }

        /// <summary>A breakdown of the experiment that the policy looks at; users whose value is unknown are then left out.</summary>
        public string? Breakdown { get; init; }

        /// <summary>Shares by value of the breakdown.</summary>
        public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>? Segments { get; init; }

        /// <summary>Default: the primary KPI.</summary>
        public string? Kpi { get; init; }
    }

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            RuleFor(r => r.Weights).Must(IsPolicy).WithMessage("is required: shares by variant, 0 or more, one of them above 0");
            RuleFor(r => r.Segments).Null().When(r => r.Breakdown is null).WithMessage("needs 'breakdown': the attribute that its values are of");
            RuleFor(r => r.Segments).Must(s => s is null || s.Values.All(IsPolicy)).WithMessage("must have shares of 0 or more by variant, one above 0, for each value");
        }

        private static bool IsPolicy(IReadOnlyDictionary<string, double>? weights) =>
            weights is { Count: > 0 } && weights.Values.All(w => w is >= 0 and <= 1e9) && weights.Values.Sum() > 0;
    }

    /// <summary>Names in the request against the experiment.</summary>
    /// <returns>Number of the KPI.</returns>
    /// <exception cref="ProblemException">422 with the field.</exception>
    private static int Check(Experiment experiment, Request request)
    {
        var known = string.Join(", ", experiment.Variants.Select(v => v.Key));
        foreach (var (field, weights) in (request.Segments ?? new Dictionary<string, IReadOnlyDictionary<string, double>>())
            .Select(s => ($"segments.{s.Key}", s.Value)).Prepend(("weights", request.Weights!)))
        {
            if (weights.Keys.FirstOrDefault(k => experiment.IndexOf(k) < 0) is not { } unknown) continue;
            throw Problems.Unprocessable("unknown-variant", $"'{unknown}' is no variant of '{experiment.Key}'; it has {known}.", (field, $"must name variants among {known}"));
        }

        if (request.Breakdown is { } breakdown && !experiment.Breakdowns.Contains(breakdown))
        {
            throw Problems.Unprocessable("unknown-breakdown", $"'{experiment.Key}' has no breakdown '{breakdown}'.",
                ("breakdown", experiment.Breakdowns.Count == 0 ? "is not declared: the experiment has no breakdowns" : $"must be one of {string.Join(", ", experiment.Breakdowns)}"));
        }

        var kpi = request.Kpi is null ? 0 : experiment.FrozenKpis.ToList().FindIndex(k => k.Key == request.Kpi);
        if (kpi >= 0 && experiment.FrozenKpis[kpi].Type != "ratio") return kpi;
        var usable = string.Join(", ", experiment.FrozenKpis.Where(k => k.Type != "ratio").Select(k => k.Key));
        throw Problems.Unprocessable("unknown-kpi", $"The value of a policy is a mean per user: name one of {usable}.", ("kpi", $"must be one of {usable}"));
    }
}
