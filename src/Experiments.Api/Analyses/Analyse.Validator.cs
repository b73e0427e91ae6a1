using FluentValidation;

namespace Experiments.Api.Analyses;

internal static partial class Analyse
{
    internal sealed class Validator : AbstractValidator<Request>
    {
        private const int MaximumVariants = 50;
        private const int MaximumEpochs = 2_000;
        private const long MaximumUsers = 1_000_000_000_000;

        public Validator()
        {
            RuleFor(r => r.Kind).Must(k => k is null or "ab").WithMessage("must be ab");
            RuleFor(r => r.Kpi).NotNull().WithMessage("is required: {\"type\",\"direction\"?}").ChildRules(kpi =>
            {
                kpi.RuleFor(k => k!.Type).Must(t => t is "proportion" or "mean" or "count").WithMessage("must be proportion, mean or count");
                kpi.RuleFor(k => k!.Direction).Must(d => d is null or "increase" or "decrease").WithMessage("must be increase or decrease");
            });
            RuleFor(r => r.Control).NotEmpty().WithMessage("is required: the key of the control");
            RuleFor(r => r.Alpha).Must(a => a is null or (> 0 and <= 0.5)).WithMessage("must be above 0 and at most 0.5");
            RuleFor(r => r.Plan!).ChildRules(Plan).When(r => r.Plan is not null);
            RuleFor(r => r).Must(r => r.Variants is null != r.Epochs is null)
                .WithName("variants").WithMessage("give either variants or epochs");
            RuleFor(r => r.Epochs!.Count).InclusiveBetween(1, MaximumEpochs).When(r => r.Epochs is not null).OverridePropertyName("epochs");
            RuleForEach(r => r.Epochs!).ChildRules(epoch =>
                epoch.RuleFor(e => e!.Variants!).NotNull().WithMessage("is required").DependentRules(() => epoch.RuleForEach(e => e!.Variants!).NotNull()))
                .When(r => r.Epochs is not null);
            RuleFor(r => r).Custom(CheckVariants);
        }

        private static void Plan(InlineValidator<PlanRequest> plan)
        {
            plan.RuleFor(p => p.HorizonUsers).Must(n => n is null or > 0).WithMessage("must be above 0");
            plan.RuleFor(p => p.Baseline).Must(m => m is null || double.IsFinite(m.Value)).WithMessage("must be a number");
            plan.RuleFor(p => p.StandardDeviation).Must(s => s is null or > 0).WithMessage("must be above 0");
            plan.RuleFor(p => p.DirectionWeight).Must(u => u is null or (>= 0 and <= 1)).WithMessage("must be from 0 to 1");
            plan.RuleFor(p => p.MinimumDetectableLift).Must(l => l is null or (> 0 and <= 10)).WithMessage("must be above 0 and at most 10: 0.1 is +10 %");
        }

        private static void CheckVariants(Request request, ValidationContext<Request> context)
        {
            if (request.Kpi?.Type is null || request.Variants is null == request.Epochs is null) return;
            var isProportion = request.Kpi.Type == "proportion";
            if (isProportion && request.Plan?.Baseline is { } m && !(m is > 0 and < 1)) context.AddFailure("plan.baseline", "must be above 0 and below 1");
            var epochs = request.AllEpochs();
            for (var e = 0; e < epochs.Count; e++)
            {
                var path = request.Epochs is null ? "variants" : $"epochs[{e}].variants";
                var variants = epochs[e]?.Variants;
                if (variants is null || variants.Count is < 2 or > MaximumVariants)
                {
                    context.AddFailure(path, $"must list 2 to {MaximumVariants} variants");
                    continue;
                }

                if (variants.Select(v => v?.Key).Distinct().Count() != variants.Count) context.AddFailure(path, "must have distinct keys");
                if (variants.All(v => v?.Key != request.Control)) context.AddFailure("control", "must be among the variants of every epoch");
                if (!(variants.Sum(v => v?.Weight ?? 1) > 0)) context.AddFailure(path, "must have a weight above 0");
                for (var i = 0; i < variants.Count; i++) CheckVariant(variants[i], $"{path}[{i}]", isProportion, context);
            }
        }

        private static void CheckVariant(VariantRequest? v, string path, bool isProportion, ValidationContext<Request> context)
        {
            void Fail(string member, string message) => context.AddFailure($"{path}.{member}", message);
            if (v is null)
            {
                context.AddFailure(path, "must be an object");
                return;
            }

            if (string.IsNullOrEmpty(v.Key)) Fail("key", "is required");
            if (v.Weight is < 0) Fail("weight", "must be 0 or more");
            if (v.Users is not (>= 0 and <= MaximumUsers)) Fail("users", "must be from 0 to 1e12");
            if (isProportion)
            {
                if (v.Conversions is not { } converted || converted < 0 || converted > v.Users) Fail("conversions", "must be from 0 to the users");
                return;
            }

            if (v.Sum is null || !double.IsFinite(v.Sum.Value)) Fail("sum", "is required: the sum of the values");
            if (v.SumOfSquares is not >= 0) Fail("sumOfSquares", "is required: the sum of the squared values, 0 or more");
            else if (v is { Sum: { } sum, Users: { } users } && sum * sum > users * v.SumOfSquares.Value * (1 + 1e-9))
            {
                Fail("sumOfSquares", "is smaller than the sum allows: it must be at least sum² / users");
            }
        }
    }
}
