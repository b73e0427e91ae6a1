using Experiments.Api.Catalog;
using Experiments.Api.Results.Looks;

namespace Experiments.Api.Results;

/// <summary>Health of the data as the API gives it: each problem named, explained, with what to do about it.</summary>
internal static class HealthText
{
    public static HealthView Of(Health health, Experiment experiment, Language language)
    {
        var problems = Problems(health, language).ToList();
        return new HealthView(
            !health.IsSound ? "alarm" : problems.Count > 0 ? "warning" : "ok",
            new SampleRatioView(
                health.Alarm ? "alarm" : health.SampleRatio.Warning ? "warning" : "ok",
                ByVariant(experiment, health.Observed),
                ByVariant(experiment, health.Expected),
                health.SampleRatio.LogEvidence,
                health.ChiSquare?.Statistic,
                health.ChiSquare?.PValue),
            health.MultipleExposureUsers,
            health.AutomatedUsers,
            problems);
    }

    private static IEnumerable<HealthProblemView> Problems(Health health, Language language)
    {
        if (health.SampleRatio.Leak)
        {
            yield return Problem(
                language, "variant-leak",
                "Users were counted in a variant that had no weight.", "Find which app serves that variant and why.",
                "Des visiteurs ont été comptés dans une variante sans poids.", "Cherchez quelle application sert cette variante, et pourquoi.");
        }

        if (health.Alarm || health.SampleRatio.Warning)
        {
            yield return Problem(
                language, "sample-ratio-mismatch",
                health.Alarm
                    ? "The variants did not get the shares of users that were planned: figures cannot be compared, nothing is decided."
                    : "The variants seem not to get the shares of users that were planned; it may still be chance.",
                "Look for users lost or added in one variant only: redirects, crashes, caches, robots.",
                health.Alarm
                    ? "Les variantes n'ont pas reçu les parts de visiteurs prévues : les chiffres ne sont pas comparables, rien n'est décidé."
                    : "Les variantes ne semblent pas recevoir les parts de visiteurs prévues ; ce peut être encore le hasard.",
                "Cherchez des visiteurs perdus ou ajoutés dans une seule variante : redirections, plantages, caches, robots.");
        }

        foreach (var segment in health.SuspectSegments)
        {
            yield return Problem(
                language, "sample-ratio-mismatch-in-segment",
                $"Among users with {segment} the variants did not get their planned shares.",
                "Look at what is particular there (a redirect, an old app version); figures of that segment cannot be compared.",
                $"Parmi les visiteurs avec {segment}, les variantes n'ont pas reçu les parts prévues.",
                "Cherchez ce qui s'y passe (redirection, ancienne version) ; les chiffres de ce segment ne sont pas comparables.");
        }

        foreach (var kpi in health.ImbalancedCovariates)
        {
            yield return Problem(
                language, "covariate-imbalance",
                $"Before anybody was exposed, the variants differed already on the covariate of '{kpi}'.",
                "Check that the split is random and that old exposures are not sent late; be careful with this KPI.",
                $"Avant toute exposition, les variantes différaient déjà sur la covariable de « {kpi} ».",
                "Vérifiez que le tirage est aléatoire et que d'anciennes expositions n'arrivent pas en retard ; prudence avec cet indicateur.");
        }

        if (health.MultipleExposureUsers > 0)
        {
            yield return Problem(
                language, "multiple-exposures",
                $"{language.Number(health.MultipleExposureUsers)} users were seen in two variants; they are left out.",
                health.TooManyMultiple
                    ? "Too many for the rest to be trusted: send the same user id from every app, then start a new test."
                    : "Send the same user id from every app; below 5 % it does no harm.",
                $"{language.Number(health.MultipleExposureUsers)} visiteurs ont été vus dans deux variantes ; ils sont écartés.",
                health.TooManyMultiple
                    ? "Trop nombreux pour se fier au reste : envoyez le même identifiant depuis chaque application, puis lancez un nouveau test."
                    : "Envoyez le même identifiant depuis chaque application ; sous 5 %, c'est sans danger.");
        }

        if (health.AutomatedUsers > 0)
        {
            yield return Problem(
                language, "automated-traffic",
                $"{language.Number(health.AutomatedUsers)} users make more events than any person; they are left out.",
                "Keep robots and tests away from the apps, or give them no user id.",
                $"{language.Number(health.AutomatedUsers)} visiteurs produisent plus d'événements qu'une personne ; ils sont écartés.",
                "Tenez les robots et les tests à l'écart des applications, ou ne leur donnez pas d'identifiant.");
        }
    }

    private static HealthProblemView Problem(
        Language language, string code, string english, string doEnglish, string french, string doFrench) =>
        language.IsFrench ? new(code, french, doFrench) : new(code, english, doEnglish);

    private static Dictionary<string, double> ByVariant(Experiment experiment, IReadOnlyList<double> users) =>
        experiment.Variants.Select((v, i) => (v.Key, users[i])).ToDictionary(p => p.Key, p => p.Item2);
}
