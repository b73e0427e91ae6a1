using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Sdk.Assignment;

namespace Experiments.Api.Experiments;

internal static partial class CreateExperiment
{
    public const double DefaultLift = 0.1;

    /// <summary>A test of a hypothesis: variants of one parameter, and how it is decided.</summary>
    internal sealed record Request
    {
        [Required]
        public string? Key { get; init; }

        /// <summary>Required: a test without a hypothesis is refused.</summary>
        [Required]
        public string? Hypothesis { get; init; }

        /// <summary>Default ab.</summary>
        [AllowedValues("ab", "bandit")]
        public string? Kind { get; init; }

        /// <summary>What the apps read; each variant gives it a value.</summary>
        [Required]
        public string? Parameter { get; init; }

        /// <summary>Experiments of one layer never share a user; default: the parameter is its own layer.</summary>
        public string? Layer { get; init; }

        /// <summary>Key of the variant that the others are compared with.</summary>
        [Required]
        public string? Control { get; init; }
        [Required]
        public IReadOnlyList<VariantRequest?>? Variants { get; init; }

        /// <summary>Share of the layer's users that take part, in (0, 1]; default 1.</summary>
        public double? Coverage { get; init; }
        public AudienceCondition? Audience { get; init; }
        [Required]
        public string? PrimaryKpi { get; init; }
        public IReadOnlyList<string?>? SecondaryKpis { get; init; }
        public IReadOnlyList<GuardrailRequest?>? Guardrails { get; init; }

        /// <summary>Attributes that results can be broken down by.</summary>
        public IReadOnlyList<string?>? Breakdowns { get; init; }
        public DecisionRequest? Decision { get; init; }

        /// <summary>For kind bandit only.</summary>
        public BanditRequest? Bandit { get; init; }

        /// <summary>Percentiles of a feature of Microsoft.FeatureManagement that is taken over: each user keeps his variant (hash msfm-v1).
        /// Default: the weights decide, by the service's own hash.</summary>
        public FeatureManagementRequest? FeatureManagement { get; init; }

        /// <summary>Show read-outs with the prior learned from finished tests too; default false. It never decides.</summary>
        public bool? LearnedPrior { get; init; }

        public static Request From(Experiment experiment) => new()
        {
            Key = experiment.Key,
            Hypothesis = experiment.Hypothesis,
            Kind = experiment.Kind,
            Parameter = experiment.Parameter,
            Layer = experiment.Layer,
            Control = experiment.Control,
            Variants = [.. experiment.Variants.Select(v => new VariantRequest
            {
                Key = v.Key, Name = v.Name, Weight = v.Weight, Value = v.Value, Cost = v.Cost, Feature = FeatureVariantRequest.From(v.Feature),
            })],
            Coverage = experiment.Coverage,
            Audience = experiment.Audience,
            PrimaryKpi = experiment.PrimaryKpi,
            SecondaryKpis = experiment.SecondaryKpis,
            Guardrails = [.. experiment.Guardrails.Select(g => new GuardrailRequest { Kpi = g.Kpi, Margin = g.Margin })],
            Breakdowns = experiment.Breakdowns,
            Decision = DecisionRequest.From(experiment.Decision),
            Bandit = experiment.Bandit is { } bandit ? BanditRequest.From(bandit) : null,
            FeatureManagement = FeatureManagementRequest.From(experiment.FeatureManagement),
            LearnedPrior = experiment.LearnedPrior,
        };

        /// <summary>The draft, defaults filled in; the request is valid.</summary>
        public Experiment ToDocument(DateTimeOffset createdAt)
        {
            var kind = Kind ?? "ab";
            return new Experiment
            {
                Key = Key!,
                Hypothesis = Hypothesis!,
                Kind = kind,
                Parameter = Parameter!,
                Layer = Layer,
                Control = Control!,
                Variants = [.. Variants!.Select(v => new Variant(v!.Key!, v.Name, v.Weight!.Value, v.Value)
                {
                    Cost = v.Cost, Feature = v.Feature?.ToDocument(),
                })],
                Coverage = Coverage ?? 1,
                Audience = Audience,
                PrimaryKpi = PrimaryKpi!,
                SecondaryKpis = [.. (SecondaryKpis ?? []).Select(k => k!)],
                Guardrails = [.. (Guardrails ?? []).Select(g => g!.Margin is { } margin ? new Guardrail(g.Kpi!, margin) : new Guardrail(g.Kpi!))],
                Breakdowns = [.. (Breakdowns ?? []).Select(b => b!)],
                Decision = (Decision ?? new DecisionRequest()).ToSettings(kind),
                Bandit = kind == "bandit" ? (Bandit ?? new BanditRequest()).ToSettings() : null,
                FeatureManagement = FeatureManagement?.ToDocument(Key!, Parameter!),
                LearnedPrior = LearnedPrior ?? false,
                Status = ExperimentStatus.Draft,
                CreatedAt = createdAt,
            };
        }
    }

    internal sealed record VariantRequest
    {
        [Required]
        public string? Key { get; init; }
        public string? Name { get; init; }

        /// <summary>Share of the users relative to the other variants' weights.</summary>
        [Required]
        public double? Weight { get; init; }

        /// <summary>Value of the parameter; null leaves the app's own default.</summary>
        public JsonElement? Value { get; init; }

        /// <summary>For a bandit: what giving it to one user costs, in the unit of the primary KPI; what it earns is counted after it.</summary>
        public double? Cost { get; init; }

        /// <summary>What it is called in the app's feature of the parameter's name; default: its key.</summary>
        public FeatureVariantRequest? Feature { get; init; }
    }

    internal sealed record GuardrailRequest
    {
        [Required]
        public string? Kpi { get; init; }

        /// <summary>Relative harm that is tolerated; default 0.02, which is 2 %.</summary>
        public double? Margin { get; init; }
    }
}
