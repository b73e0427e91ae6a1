using System.Security.Cryptography;
using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Experiments;

/// <summary>What is frozen at the first start, and its hash: who reads a result can tell that nobody moved the goalposts.</summary>
internal static class Plan
{
    /// <summary>The experiment's KPIs as they are now: primary, secondary, guardrails, each once.</summary>
    public static IReadOnlyList<Kpi> KpisOf(CatalogState state, Experiment experiment) =>
    [
        .. experiment.SecondaryKpis.Prepend(experiment.PrimaryKpi).Concat(experiment.Guardrails.Select(g => g.Kpi))
            .Distinct(StringComparer.Ordinal).Select(state.RequireKpi),
    ];

    /// <summary>SHA-256 (lower-case hex) of the plan as JSON, its members in the order below, without white space.</summary>
    /// <remarks>Weights and coverage are not of the plan: they may change while it runs.</remarks>
    public static string HashOf(Experiment experiment, IReadOnlyList<Kpi> kpis)
    {
        var plan = new
        {
            experiment.Hypothesis,
            experiment.Kind,
            experiment.Parameter,
            experiment.Control,
            Variants = experiment.Variants.Select(v => new { v.Key, v.Value }),
            experiment.PrimaryKpi,
            experiment.SecondaryKpis,
            experiment.Guardrails,
            Kpis = kpis.Select(k => new { k.Key, k.Type, k.Event, k.Denominator, k.Direction, k.Window, k.Cap, k.Covariate }),
            experiment.Decision,
            experiment.Bandit,
            experiment.LearnedPrior,
        };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(plan, ApiJson.Stored);
        // What few plans have stands after the rest, and only where there is some.
        if (experiment.Variants.Any(v => v.Cost is not null) || kpis.Any(k => k.ValuePerConversion is not null))
        {
            bytes = With(bytes, new { Costs = experiment.Variants.Select(v => v.Cost), Values = kpis.Select(k => k.ValuePerConversion) });
        }

        if (experiment.FeatureManagement is { } percentiles) bytes = With(bytes, new { FeatureManagement = percentiles });
        return Hash(bytes);
    }

    private static byte[] With<T>(byte[] plan, T part) => [.. plan, .. JsonSerializer.SerializeToUtf8Bytes(part, ApiJson.Stored)];

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
