using Experiments.Api.Results;

namespace Experiments.Api.Features;

/// <summary>Why a flag is not taken over, or what is different once it is.</summary>
/// <param name="Code">Stable, kebab-case.</param>
/// <param name="Detail">The same in words, and what to do.</param>
internal sealed record FlagNote(string Code, string Detail)
{
    public static FlagNote Off(Language language) => new("off", language.IsFrench
        ? "La bascule est éteinte : personne ne reçoit de variante. Allumez-la, puis importez-la."
        : "The flag is off: nobody is given a variant. Turn it on, then import it.");

    public static FlagNote Name(Language language) => new("name", language.IsFrench
        ? "L’identifiant ne peut pas être celui d’un paramètre (lettres, chiffres, '.', '_', '-' ; 100 au plus). Renommez la bascule dans l’application et écrivez l’ancienne graine dans 'seed' : 'allocation', un saut de ligne, l’ancien identifiant."
        : "The id cannot be a parameter's (letters, digits, '.', '_', '-'; at most 100). Rename the flag in the app, and write the seed of before as 'seed': 'allocation', a line feed, the id of before.");

    public static FlagNote PercentageFilter(Language language) => new("percentage-filter", language.IsFrench
        ? "Le filtre Microsoft.Percentage tire au sort à chaque appel : aucun client n’a de variante à garder. Créez une expérience ordinaire."
        : "The filter Microsoft.Percentage draws anew at each call: no user has a variant to keep. Draft an experiment of the usual kind.");

    public static FlagNote Filters(Language language, string names) => new("filters", language.IsFrench
        ? $"Les filtres {names} décident qui voit la bascule, ce que des pourcentages seuls ne disent pas. Gardez-la, ou créez une expérience avec une audience."
        : $"The filters {names} decide who sees the flag, which percentages alone do not say. Keep it, or draft an experiment with an audience.");

    public static FlagNote TargetingRules(Language language) => new("targeting-rules", language.IsFrench
        ? "Un groupe est servi en partie seulement, ou un groupe est exclu alors que des clients sont nommés : une répartition unique ne le dit pas. Gardez la bascule."
        : "A group is served in part only, or a group is excluded while users are named: one set of percentiles does not say that. Keep the flag.");

    public static FlagNote NoVariants(Language language) => new("no-variants", language.IsFrench
        ? "La bascule n’a pas de variantes, et personne n’y est réparti au hasard : il n’y a rien à comparer."
        : "The flag has no variants, and chance decides for nobody: there is nothing to compare.");

    public static FlagNote NothingToCompare(Language language) => new("nothing-to-compare", language.IsFrench
        ? "Les pourcentages donnent moins de deux variantes aux clients : il n’y a rien à comparer."
        : "The percentiles give users fewer than two variants: there is nothing to compare.");

    public static FlagNote VariantNames(Language language) => new("variant-names", language.IsFrench
        ? "Deux noms de variantes donnent la même clé, ou l’un n’en donne pas (il commence par une lettre ou un chiffre). Renommez-les."
        : "Two names of variants make the same key, or one makes none (it starts with a letter or a digit). Rename them.");

    public static FlagNote NotValid(Language language, string detail) => new("not-valid", language.IsFrench
        ? $"L’expérience ne serait pas valable : {detail}"
        : $"The experiment would not be valid: {detail}");

    public static FlagNote Exists(Language language, string key) => new("exists", language.IsFrench
        ? $"Une autre expérience a déjà la clé '{key}'. Archivée ou non, elle la garde."
        : $"Another experiment has the key '{key}' already. Archived or not, it keeps it.");

    public static FlagNote NamedUsers(Language language, int users) => new("named-users", language.IsFrench
        ? $"{users} client(s) nommé(s) gardent leur variante, sous pseudonyme, et ne sont pas comptés : elle ne leur vient pas du hasard."
        : $"{users} named user(s) keep their variant, as pseudonyms, and are not counted: it was not given by chance.");

    public static FlagNote Groups(Language language) => new("groups", language.IsFrench
        ? "Les groupes gardent leur variante ; passez l’attribut 'group:NOM' = true à l’API. Qui l’a par son groupe n’est pas compté."
        : "Groups keep their variant; tell the API the attribute 'group:NAME' = true. Who has it by his group is not counted.");

    public static FlagNote Uncovered(Language language) => new("uncovered", language.IsFrench
        ? "Aucun pourcentage ne couvre une partie des clients : ils ne participent pas, et la bascule de l’application répond pour eux."
        : "No percentile covers a part of the users: they take no part, and the app's own flag answers for them.");

    public static FlagNote ValuesFromNames(Language language) => new("values-from-names", language.IsFrench
        ? "Les variantes n’ont pas de valeur : leur nom en tient lieu."
        : "The variants have no values: their names stand for them.");
}
