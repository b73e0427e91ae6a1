using System.Globalization;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;

namespace Experiments.Api.Experiments;

/// <summary>What a bandit needs beyond an A/B test: arms to choose from, and weights that fit together.</summary>
internal static class BanditRules
{
    /// <summary>The rules that the definition alone can break; <paramref name="fail"/> takes the field and what would be right.</summary>
    public static void Check(CreateExperiment.Request request, Action<string, string> fail)
    {
        var variants = (request.Variants ?? []).OfType<CreateExperiment.VariantRequest>().ToList();
        if (request.Kind != "bandit")
        {
            if (variants.FindIndex(v => v.Cost is not null) is >= 0 and var priced)
                fail($"Variants[{priced}].Cost", "belongs to kind 'bandit' only: leave it out, or set kind to 'bandit'");
            return;
        }

        var active = variants.Count(v => v.Weight is > 0);
        if (variants.Count >= 2 && active < 2)
        {
            fail("Variants", "must have at least 2 arms with a weight above 0: a bandit chooses between them");
            return;
        }

        CheckShares((request.Bandit ?? new CreateExperiment.BanditRequest()).ToSettings(), active, fail);
        if (request.Bandit?.BudgetPerUser is { } budget) CheckBudget(budget, variants, fail);
    }

    /// <summary>The rule that needs the catalogue: costs are taken off what the primary KPI earns, so it must be money.</summary>
    /// <exception cref="ProblemException">422 <c>cost-without-unit</c>.</exception>
    public static void CheckCosts(CatalogState state, Experiment experiment)
    {
        if (experiment.Variants.All(v => v.Cost is null)) return;
        var kpi = state.RequireKpi(experiment.PrimaryKpi);
        if (kpi.Unit is not null && (kpi.Type != "proportion" || kpi.ValuePerConversion is not null)) return;

        var needed = kpi.Type == "proportion" ? "a unit and valuePerConversion" : "a unit";
        throw Problems.Unprocessable("cost-without-unit",
            $"A variant has a cost, and the primary KPI '{kpi.Key}' has not {needed}: give the KPI {needed}, or leave the costs out.",
            ("primaryKpi", $"must have {needed}, since variants have costs"));
    }

    /// <summary>Floor and control share must fit the number of arms.</summary>
    public static void CheckShares(BanditSettings settings, int arms, Action<string, string> fail)
    {
        if (settings.Floor * arms > 1)
        {
            fail("Bandit.Floor", string.Create(CultureInfo.InvariantCulture,
                $"times the {arms} arms must be at most 1: at most {1.0 / arms:0.####} here"));
        }

        if (settings.ControlShare < settings.Floor)
        {
            fail("Bandit.ControlShare", string.Create(CultureInfo.InvariantCulture,
                $"must be at least the floor, which is {settings.Floor}: the control is an arm too"));
        }
    }

    private static void CheckBudget(double budget, List<CreateExperiment.VariantRequest> variants, Action<string, string> fail)
    {
        if (variants.All(v => v.Cost is null))
        {
            fail("Bandit.BudgetPerUser", "needs a cost on the variants: without it nothing is spent");
        }
        else if (variants.Where(v => v.Weight is > 0).Min(v => v.Cost ?? 0) is var cheapest && budget < cheapest)
        {
            fail("Bandit.BudgetPerUser", string.Create(CultureInfo.InvariantCulture,
                $"must be at least the cost of the cheapest arm, which is {cheapest}"));
        }
    }
}
