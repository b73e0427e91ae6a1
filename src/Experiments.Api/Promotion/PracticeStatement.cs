using Experiments.Api.Catalog;
using Experiments.Api.Results;
using Experiments.Stats.Bandits;

namespace Experiments.Api.Promotion;

/// <summary>A best practice in a sentence or two for marketers, in English and French; made by rule from the holdback's own figures.</summary>
internal static class PracticeStatement
{
    public static PracticeMeasurement.StatementView Of(
        BestPractice practice, ArmProof effect, PracticeMeasurement.MoneyView? money, long users) =>
        new(Say(Language.English, practice, effect, money, users), Say(Language.French, practice, effect, money, users));

    private static string Say(Language l, BestPractice practice, ArmProof effect, PracticeMeasurement.MoneyView? money, long users)
    {
        var (kpi, since) = (practice.Kpi.Name ?? practice.Kpi.Key, l.Day(practice.ValidFrom));
        var what = l.IsFrench
            ? $"« {Value(practice, "la valeur par défaut de l'application")} » pour {practice.Parameter} est une bonne pratique depuis {since}"
            : $"'{Value(practice, "the app's default")}' for {practice.Parameter} is a best practice since {since}";
        if (effect.RelativeLift is not { } lift)
        {
            return what + (l.IsFrench
                ? " ; son groupe témoin est encore trop petit pour dire ce qu'elle apporte."
                : "; its holdback has too few users yet to say what it brings.");
        }

        var between = Between(l, effect.LiftInterval.Lower, effect.LiftInterval.Upper, l.Signed);
        var measured = l.IsFrench
            ? $" : {l.Signed(lift)} sur {kpi}{between}, mesuré sur son propre groupe témoin après {l.Number(users)} visiteurs."
            : $": {l.Signed(lift)} {kpi}{between}, measured on its own holdback after {l.Number(users)} users.";
        return what + measured + Worth(l, money) + (l.IsFrench ? FrenchState(practice) : EnglishState(practice));
    }

    private static string Between(Language l, double? lower, double? upper, Func<double, string> write) =>
        lower is not { } low || upper is not { } high ? ""
        : l.IsFrench ? $" (entre {write(low)} et {write(high)})"
        : $" (between {write(low)} and {write(high)})";

    private static string Worth(Language l, PracticeMeasurement.MoneyView? money)
    {
        if (money is not { Estimate: { } sum }) return "";
        var amount = $"{l.Number(sum)} {money.Unit}{Between(l, money.Lower, money.Upper, l.Number)}.";
        return (l.IsFrench ? " Depuis, elle a rapporté environ " : " Since then it has brought some ") + amount;
    }

    private static string EnglishState(BestPractice practice) => practice.State switch
    {
        PracticeState.Contested => " It is contested: its holdback did better, and the value of before is served again.",
        PracticeState.Expired => " It has expired: test it again.",
        PracticeState.Retired => " It is retired.",
        _ when practice.Doubt is { Kind: PracticeDoubt.Verify } => " It is under suspicion: more users are held back until that is known.",
        _ when practice.Doubt is { Kind: PracticeDoubt.Retest } => " It is being tested again.",
        _ => "",
    };

    private static string FrenchState(BestPractice practice) => practice.State switch
    {
        PracticeState.Contested => " Elle est contestée : son groupe témoin faisait mieux, et la valeur d'avant est de nouveau servie.",
        PracticeState.Expired => " Elle a expiré : testez-la de nouveau.",
        PracticeState.Retired => " Elle est retirée.",
        _ when practice.Doubt is { Kind: PracticeDoubt.Verify } => " Elle est mise en doute : le groupe témoin est agrandi le temps de savoir.",
        _ when practice.Doubt is { Kind: PracticeDoubt.Retest } => " Elle est de nouveau testée.",
        _ => "",
    };

    private static string Value(BestPractice practice, string none) =>
        practice.Value is { ValueKind: not System.Text.Json.JsonValueKind.Null } value ? value.ToString() : none;
}
