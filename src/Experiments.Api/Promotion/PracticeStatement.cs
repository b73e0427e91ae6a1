using Experiments.Api.Catalog;
using Experiments.Api.Results;
using Experiments.Stats.Bandits;

namespace Experiments.Api.Promotion;

/// <summary>A best practice in a sentence or two for marketers, in English and French; made by rule from the holdback's own figures.</summary>
internal static class PracticeStatement
{
    public static PracticeMeasurement.StatementView Of(
        BestPractice practice, ArmProof effect, PracticeMeasurement.MoneyView? money, long users) =>
        new(English(practice, effect, money, users), French(practice, effect, money, users));

    private static string English(BestPractice practice, ArmProof effect, PracticeMeasurement.MoneyView? money, long users)
    {
        var l = Language.English;
        var (what, since) = ($"'{Value(practice, "the app's default")}' for {practice.Parameter}", l.Day(practice.ValidFrom));
        var kpi = practice.Kpi.Name ?? practice.Kpi.Key;
        if (effect.RelativeLift is not { } lift) return $"{what} is a best practice since {since}; its holdback has too few users yet to say what it brings.";
        var between = effect.LiftInterval is { Lower: { } low, Upper: { } high } ? $" (between {l.Signed(low)} and {l.Signed(high)})" : "";
        var worth = money is not { Estimate: { } sum } ? ""
            : $" Since then it has brought some {l.Number(sum)} {money.Unit}{(money is { Lower: { } a, Upper: { } b } ? $" (between {l.Number(a)} and {l.Number(b)})" : "")}.";
        var state = practice.State switch
        {
            PracticeState.Contested => " It is contested: its holdback did better, and the value of before is served again.",
            PracticeState.Expired => " It has expired: test it again.",
            PracticeState.Retired => " It is retired.",
            _ when practice.Doubt is { Kind: PracticeDoubt.Verify } => " It is under suspicion: more users are held back until that is known.",
            _ when practice.Doubt is { Kind: PracticeDoubt.Retest } => " It is being tested again.",
            _ => "",
        };
        return $"{what} is a best practice since {since}: {l.Signed(lift)} {kpi}{between}, measured on its own holdback after {l.Number(users)} users.{worth}{state}";
    }

    private static string French(BestPractice practice, ArmProof effect, PracticeMeasurement.MoneyView? money, long users)
    {
        var l = Language.French;
        var (what, since) = ($"« {Value(practice, "la valeur par défaut de l'application")} » pour {practice.Parameter}", l.Day(practice.ValidFrom));
        var kpi = practice.Kpi.Name ?? practice.Kpi.Key;
        if (effect.RelativeLift is not { } lift) return $"{what} est une bonne pratique depuis {since} ; son groupe témoin est encore trop petit pour dire ce qu'elle apporte.";
        var between = effect.LiftInterval is { Lower: { } low, Upper: { } high } ? $" (entre {l.Signed(low)} et {l.Signed(high)})" : "";
        var worth = money is not { Estimate: { } sum } ? ""
            : $" Depuis, elle a rapporté environ {l.Number(sum)} {money.Unit}{(money is { Lower: { } a, Upper: { } b } ? $" (entre {l.Number(a)} et {l.Number(b)})" : "")}.";
        var state = practice.State switch
        {
            PracticeState.Contested => " Elle est contestée : son groupe témoin faisait mieux, et la valeur d'avant est de nouveau servie.",
            PracticeState.Expired => " Elle a expiré : testez-la de nouveau.",
            PracticeState.Retired => " Elle est retirée.",
            _ when practice.Doubt is { Kind: PracticeDoubt.Verify } => " Elle est mise en doute : le groupe témoin est agrandi le temps de savoir.",
            _ when practice.Doubt is { Kind: PracticeDoubt.Retest } => " Elle est de nouveau testée.",
            _ => "",
        };
        return $"{what} est une bonne pratique depuis {since} : {l.Signed(lift)} sur {kpi}{between}, mesuré sur son propre groupe témoin après {l.Number(users)} visiteurs.{worth}{state}";
    }

    private static string Value(BestPractice practice, string none) =>
        practice.Value is { ValueKind: not System.Text.Json.JsonValueKind.Null } value ? value.ToString() : none;
}
