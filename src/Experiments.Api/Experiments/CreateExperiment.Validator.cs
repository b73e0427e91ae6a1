using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using FluentValidation;

namespace Experiments.Api.Experiments;

internal static partial class CreateExperiment
{
    private const int LargestNumberOfVariants = 100;
    private const int LongestValue = 16_384;

    internal sealed class Validator : AbstractValidator<Request>
    {
        public Validator()
        {
            // First, so that its code names the problem even when other fields are wrong too.
            RuleFor(r => r.Hypothesis).Must(h => !string.IsNullOrEmpty(h)).WithErrorCode("hypothesis-required")
                .WithMessage("is required: record what you believe with POST /v1/hypotheses first, then name its key here");
            RuleFor(r => r.Key).Key();
            RuleFor(r => r.Kind).OptionalOneOf("ab", "bandit");
            RuleFor(r => r.Parameter).Must(Names.IsValid).WithMessage(Names.Message);
            RuleFor(r => r.Layer).Must(l => l is null || Names.IsValid(l)).WithMessage(Names.Message);
            RuleFor(r => r.Coverage).Within(c => c is >= 0.0001 and <= 1, "above 0 (at least 0.0001) and at most 1");
            VariantRules();
            KpiRules();
            RuleFor(r => r.Breakdowns).Must(b => b is null || b.Count <= 10).WithMessage("must have at most 10 attributes");
            RuleForEach(r => r.Breakdowns).Must(b => b is { Length: > 0 and <= 100 }).WithMessage("must be an attribute's name of 1 to 100 characters");
            RuleFor(r => r.Breakdowns).Must(b => b is null || b.Distinct().Count() == b.Count).WithMessage("must not name an attribute twice");
            RuleFor(r => r.Audience).Custom(AudienceRules.Check);
            RuleFor(r => r.Decision!).SetValidator(new DecisionValidator()).When(r => r.Decision is not null);
            RuleFor(r => r.Bandit).Null().When(r => r.Kind is null or "ab")
                .WithMessage("belongs to kind 'bandit' only: leave it out, or set kind to 'bandit'");
            RuleFor(r => r.Bandit!).SetValidator(new BanditValidator()).When(r => r.Bandit is not null);
            RuleFor(r => r).Custom((request, context) => BanditRules.Check(request, context.AddFailure));
            RuleFor(r => r).Custom((request, context) => FeatureRules.Check(request, context.AddFailure));
        }

        private void VariantRules()
        {
            RuleFor(r => r.Variants).Must(v => v is { Count: >= 2 })
                .WithMessage("must have at least 2 variants: the control, and something to compare with it");
            RuleFor(r => r.Variants).Must(v => v is null || v.Count <= LargestNumberOfVariants)
                .WithMessage($"must have at most {LargestNumberOfVariants} variants");
            RuleForEach(r => r.Variants).NotNull().WithMessage("must be an object with key, weight and value").SetValidator(new VariantValidator()!);
            RuleFor(r => r).Custom((request, context) =>
            {
                var variants = (request.Variants ?? []).OfType<VariantRequest>().ToList();
                Duplicates(request, context.AddFailure);
                if (variants.Count < 2) return;

                var control = variants.Find(v => v.Key == request.Control);
                if (control is null)
                {
                    var keys = string.Join(", ", variants.Where(v => Keys.IsValid(v.Key)).Select(v => v.Key));
                    context.AddFailure("Control", $"must be one of the variants: {keys}");
                }
                else if (control.Weight is 0)
                {
                    context.AddFailure(
                        $"Variants[{variants.IndexOf(control)}].Weight", "must be above 0: without users in the control there is nothing to compare with");
                }

                var kinds = variants.Select(v => KindOf(v.Value)).OfType<string>().Distinct().ToList();
                if (kinds.Count > 1)
                {
                    context.AddFailure(new FluentValidation.Results.ValidationFailure(
                        "Variants", $"must give the parameter values of one JSON type (or null), not {string.Join(" and ", kinds)}")
                    {
                        ErrorCode = "value-types-mixed",
                    });
                }
            });
        }

        private void KpiRules()
        {
            RuleFor(r => r.PrimaryKpi).Key();
            RuleFor(r => r.SecondaryKpis).Must(k => k is null || k.Count <= 20).WithMessage("must have at most 20 KPIs");
            RuleForEach(r => r.SecondaryKpis).Key();
            RuleFor(r => r).Custom((request, context) =>
            {
                var seen = new HashSet<string?> { request.PrimaryKpi };
                for (var i = 0; i < (request.SecondaryKpis?.Count ?? 0); i++)
                {
                    if (!seen.Add(request.SecondaryKpis![i])) context.AddFailure($"SecondaryKpis[{i}]", "is already the primary or a secondary KPI");
                }
            });
            RuleFor(r => r.Guardrails).Must(g => g is null || g.Count <= 20).WithMessage("must have at most 20 guardrails");
            RuleFor(r => r.Guardrails).Must(g => g is null || g.Select(x => x?.Kpi).Distinct().Count() == g.Count)
                .WithMessage("must not guard a KPI twice");
            RuleForEach(r => r.Guardrails).NotNull().WithMessage("must be an object with kpi and margin").SetValidator(new GuardrailValidator()!);
        }

        private static void Duplicates(Request request, Action<string, string> fail)
        {
            var seen = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < (request.Variants?.Count ?? 0); i++)
            {
                if (request.Variants![i]?.Key is not { } key || seen.TryAdd(key, i)) continue;
                fail($"Variants[{i}].Key", $"'{key}' is already the key of variants[{seen[key]}]; keys of variants are unique");
            }
        }

        private static string? KindOf(JsonElement? value) => value?.ValueKind switch
        {
            null or JsonValueKind.Null or JsonValueKind.Undefined => null,
            JsonValueKind.True or JsonValueKind.False => "boolean",
            { } kind => kind.ToString().ToLowerInvariant(),
        };
    }

    private sealed class VariantValidator : AbstractValidator<VariantRequest>
    {
        public VariantValidator()
        {
            RuleFor(v => v.Key).Key();
            RuleFor(v => v.Name).OptionalText(200);
            RuleFor(v => v.Cost).Within(c => c is >= 0 and <= 1e9, "from 0 to 1e9: what giving it to one user costs");
            RuleFor(v => v.Weight).Must(w => w is >= 0 and <= 1e9).WithMessage("is required, and must be 0 or more (at most 1e9)");
            RuleFor(v => v.Feature!).ChildRules(feature => feature.RuleFor(f => f.Name).Text(200)).When(v => v.Feature is not null);
            RuleFor(v => v.Value).Must(v => v is not { } value || value.GetRawText().Length <= LongestValue)
                .WithMessage($"must have at most {LongestValue} characters as JSON");
            RuleFor(v => v.Value).Must(v => v is not { } value || JsonNumbers.AreFinite(value))
                .WithMessage("must hold numbers of a double's range only");
        }
    }

    private sealed class GuardrailValidator : AbstractValidator<GuardrailRequest>
    {
        public GuardrailValidator()
        {
            RuleFor(g => g.Kpi).Key();
            RuleFor(g => g.Margin).Within(m => m is >= 0 and <= 1, "from 0 to 1: 0.02 tolerates 2 % of harm");
        }
    }

    private sealed class DecisionValidator : AbstractValidator<DecisionRequest>
    {
        private static readonly DecisionSettings Defaults = new();

        public DecisionValidator()
        {
            RuleFor(d => d.Alpha).Within(a => a is > 0 and <= 0.5, "above 0 and at most 0.5; usual: 0.05");
            RuleFor(d => d.MinimumDetectableLift).Within(l => l is > 0 and <= 10, "above 0 and at most 10; 0.1 means 10 %");
            RuleFor(d => d.HorizonUsers).Within(n => n is >= 1 and <= 1e12, "from 1 to 1e12 users");
            RuleFor(d => d.Baseline).Within(b => b is > 0 and <= 1e12, "above 0: the KPI's mean that you expect in the control");
            RuleFor(d => d.MinimumDays).Within(n => n is >= 0 and <= 3650, "from 0 to 3650 days");
            RuleFor(d => d.CycleDays).Within(n => n is >= 0 and <= 366, "from 0 (days are alike) to 366 days; usual: 7");
            RuleFor(d => d.MinimumUsersPerVariant).Within(n => n >= 0, "0 or more");
            RuleFor(d => d.MaximumRelativeLoss).Within(l => l is > 0 and <= 1, "above 0 and at most 1; 0.01 is 1 % of the KPI");
            RuleFor(d => d.Holdback).Within(h => h is >= 0 and <= 0.5, "from 0 to 0.5: at most half of the users keep the value of before; usual: 0.05");
            RuleFor(d => d.EscalatedHoldback).Within(h => h is >= 0 and <= 0.5, "from 0 to 0.5; usual: 0.25");
            RuleFor(d => d.EscalatedHoldback).Must((d, e) => (e ?? Defaults.EscalatedHoldback) >= (d.Holdback ?? Defaults.Holdback))
                .WithMessage("must be at least the holdback: it is what the holdback grows to while the best practice is in doubt");
            RuleFor(d => d.GuardrailAlpha).Within(a => a is > 0 and <= 0.5, "above 0 and at most 0.5; usual: 0.01");
            RuleFor(d => d.MinimumWorthwhileLift).Within(l => l is >= 0 and <= 10, "from 0 to 10; 0.01 means 1 %");
            RuleFor(d => d.Warn).Within(w => w is > 1 and <= 1e6, "above 1 and at most 1e6; usual: 5");
            RuleFor(d => d.Demote).Within(w => w is > 1 and <= 1e9, "above 1 and at most 1e9; usual: 1000 / cycleDays");
            RuleFor(d => d.EvidenceHalfLifeDays).Within(d => d is >= 1 and <= 36_500, "from 1 to 36500 days; usual: 180");
            RuleFor(d => d.ReviewAfterDays).Within(n => n is >= 1 and <= 3650, "from 1 to 3650 days");
        }
    }

    internal sealed class BanditValidator : AbstractValidator<BanditRequest>
    {
        public BanditValidator()
        {
            RuleFor(b => b.UpdateEvery).Must(u => u is null || (Durations.TryParse(u, out var d) && d >= TimeSpan.FromSeconds(1)))
                .WithMessage("must be an ISO 8601 duration of at least PT1S, such as PT1H");
            RuleFor(b => b.Floor).Within(f => f is >= 0 and <= 0.5, "from 0 to 0.5");
            RuleFor(b => b.ControlShare).Within(c => c is >= 0 and < 1, "at least 0 and below 1");
            RuleFor(b => b.MaximumMove).Within(m => m is > 0 and <= 1, "above 0 and at most 1");
            RuleFor(b => b.BurnInUsersPerVariant).Within(n => n >= 0, "0 or more");
            RuleFor(b => b.PriorLogSd).Within(s => s is >= 0.001 and <= 10, "from 0.001 to 10");
            RuleFor(b => b.BudgetPerUser).Within(b => b is >= 0 and <= 1e9, "from 0 to 1e9, in the unit of the primary KPI, or null for no bound");
            RuleFor(b => b.HalfLifeDays).Within(d => d is > 0 and <= 36_500, "above 0 and at most 36500 days, or null for no forgetting");
        }
    }
}
