using Experiments.Api.Results;

namespace Experiments.Api.Dashboard.Words;

/// <summary>The verdict at a glance: two or three words for each rule of <see cref="VerdictReason"/>, a tone and a shape.</summary>
/// <param name="Label">The words.</param>
/// <param name="Tone"><c>good</c>, <c>bad</c>, <c>wait</c>, <c>same</c> or <c>alarm</c>: colour is never the only sign of it.</param>
internal sealed record VerdictWords(Word Label, string Tone)
{
    public static VerdictWords Of(string reason) => reason switch
    {
        VerdictReason.NoData => new(new("No data yet", "Pas encore de données"), "wait"),
        VerdictReason.NotHealthy => new(new("Withheld: data to be checked", "Suspendu : données à vérifier"), "alarm"),
        VerdictReason.SeenTwice => new(new("Withheld: data to be checked", "Suspendu : données à vérifier"), "alarm"),
        VerdictReason.TooEarly => new(new("Too early", "Trop tôt"), "wait"),
        VerdictReason.Promising => new(new("Ahead", "En tête"), "good"),
        VerdictReason.GoingBadly => new(new("Behind", "En retrait"), "bad"),
        VerdictReason.Winner => new(new("Winner", "Gagnante"), "good"),
        VerdictReason.Promoted => new(new("Winner, adopted", "Gagnante, adoptée"), "good"),
        VerdictReason.WorseStop => new(new("Does worse", "Fait moins bien"), "bad"),
        VerdictReason.SafetyStop => new(new("Does harm, taken away", "Fait du tort, retirée"), "bad"),
        VerdictReason.GuardrailBreach => new(new("Breaks a guardrail", "Garde-fou franchi"), "bad"),
        VerdictReason.NoDifference => new(new("No difference that matters", "Pas de différence qui compte"), "same"),
        VerdictReason.CannotConclude => new(new("Cannot conclude in time", "Pas de conclusion à temps"), "same"),
        VerdictReason.StoppedUndecided => new(new("Stopped, undecided", "Arrêté sans conclusion"), "same"),
        _ => new(new("Undecided so far", "Indécis à ce jour"), "wait"),
    };

    /// <summary>How sure a probability is, in words; the number stands beside it for who asks.</summary>
    public static Word Sureness(double probability) => probability switch
    {
        >= 0.99 => new("almost certain", "quasi certain"),
        >= 0.95 => new("very likely", "très probable"),
        >= 0.80 => new("likely", "probable"),
        >= 0.20 => new("uncertain", "incertain"),
        _ => new("unlikely", "peu probable"),
    };
}
