using Experiments.Api.Experiments;
using Experiments.Api.Shared;
using FluentValidation;

namespace Experiments.Api.Allocations;

internal static partial class Allocate
{
    internal sealed class Validator : AbstractValidator<Request>
    {
        private const int MaximumVariants = 100;
        private const int MaximumEpochs = 10_000;
        private const double MaximumUsers = 1e12;

        public Validator()
        {
            RuleFor(r => r.Kpi).NotNull().WithMessage("is required: {\"type\",\"direction\"?}").ChildRules(kpi =>
            {
                kpi.RuleFor(k => k!.Type).OneOf("proportion", "mean", "count");
                kpi.RuleFor(k => k!.Direction).OptionalOneOf("increase", "decrease");
            });
            RuleFor(r => r.Control).NotEmpty().WithMessage("is required: the key of the control");
            RuleFor(r => r.Current).NotNull().WithMessage("is required: the buckets in force by variant");
            RuleFor(r => r.Bandit!).SetValidator(new CreateExperiment.BanditValidator()).When(r => r.Bandit is not null);
            RuleFor(r => r.Epochs).Must(e => e is null || e.Count <= MaximumEpochs).WithMessage($"must have at most {MaximumEpochs} epochs");
            RuleFor(r => r).Custom(CheckCurrent);
            RuleFor(r => r).Custom(CheckEpochs);
        }

        private static void CheckCurrent(Request request, ValidationContext<Request> context)
        {
            if (request.Current is not { } current) return;
            if (current.Count is < 2 or > MaximumVariants) context.AddFailure("current", $"must have 2 to {MaximumVariants} variants: a bandit chooses between them");
            foreach (var (key, _) in current.Where(p => p.Value is < 0 or > 10_000)) context.AddFailure($"current.{key}", "must be from 0 to 10000 buckets");
            if (current.Count > 0 && current.Values.Sum(v => (long)v) <= 0) context.AddFailure("current", "must have a bucket for some variant");
            if (request.Control is { Length: > 0 } control && !current.ContainsKey(control)) context.AddFailure("control", "must be one of the variants in 'current'");
            foreach (var key in (request.Inactive ?? []).Where(k => k is null || !current.ContainsKey(k)))
            {
                context.AddFailure("inactive", $"names '{key}', which is not in 'current'");
            }

            var settings = (request.Bandit ?? new()).ToSettings();
            var active = current.Keys.Count(k => request.Inactive?.Contains(k) != true);
            BanditRules.CheckShares(settings, active, context.AddFailure);
        }

        private static void CheckEpochs(Request request, ValidationContext<Request> context)
        {
            var isProportion = request.Kpi?.Type == "proportion";
            for (var e = 0; e < (request.Epochs?.Count ?? 0); e++)
            {
                var path = $"epochs[{e}].variants";
                if (request.Epochs![e]?.Variants is not { Count: > 0 } variants)
                {
                    context.AddFailure(path, "is required, and has a variant at least");
                    continue;
                }

                if (variants.Select(v => v?.Key).Distinct().Count() != variants.Count) context.AddFailure(path, "must have distinct keys");
                if (!(variants.Sum(v => v?.Weight ?? 1) > 0)) context.AddFailure(path, "must have a weight above 0");
                for (var i = 0; i < variants.Count; i++) CheckVariant(variants[i], $"{path}[{i}]", isProportion, request, context);
            }
        }

        private static void CheckVariant(
            VariantRequest? v, string path, bool isProportion, Request request, ValidationContext<Request> context)
        {
            void Fail(string member, string message) => context.AddFailure($"{path}.{member}", message);
            if (v is null)
            {
                context.AddFailure(path, "must be an object");
                return;
            }

            if (v.Key is null || request.Current?.ContainsKey(v.Key) == false) Fail("key", "must be one of the variants in 'current'");
            if (v.Weight is < 0) Fail("weight", "must be 0 or more");
            if (v.Users is not (>= 0 and <= MaximumUsers)) Fail("users", "is required, from 0 to 1e12");
            if (isProportion)
            {
                if (v.Conversions is not (>= 0 and <= MaximumUsers)) Fail("conversions", "is required: 0 or more");
                return;
            }

            if (v.Sum is null) Fail("sum", "is required: the sum of the values");
            if (v.SumOfSquares is not >= 0) Fail("sumOfSquares", "is required: the sum of the squared values, 0 or more");
            else if (v is { Sum: { } sum, Users: { } users } && sum * sum > users * v.SumOfSquares.Value * (1 + 1e-9))
            {
                Fail("sumOfSquares", "is smaller than the sum allows: it must be at least sum² / users");
            }
        }
    }
}
