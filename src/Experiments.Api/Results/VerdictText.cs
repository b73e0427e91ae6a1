using Experiments.Api.Results.Looks;

namespace Experiments.Api.Results;

/// <summary>A verdict in one or two plain sentences, and what to do next, in French or English. Made by rule, word for word.</summary>
internal sealed record VerdictText(string Text, string NextStep)
{
    public static VerdictText Of(Verdict verdict, ExperimentLook look, Language language)
    {
        var facts = new VerdictFacts(verdict, look, language);
        return language.IsFrench ? French(verdict.Reason, facts) : English(verdict.Reason, facts);
    }

    private static VerdictText English(string reason, VerdictFacts f) => reason switch
    {
        VerdictReason.NoData => new(
            "No user has been seen yet.",
            "Check that the app reads the parameter and that its exposures arrive."),
        VerdictReason.NotHealthy => new(
            $"Result withheld: the users counted ({f.Observed}) are not those that the plan promises ({f.Expected}).",
            "Look for users lost or seen twice in one variant: redirects, crashes, caches, robots. Fix the cause, then start a new test."),
        VerdictReason.SeenTwice => new(
            $"Result withheld: {f.SeenTwice} users were seen in two variants, too many for the others to be trusted.",
            "Send the same user id from every app, then start a new test."),
        VerdictReason.TooEarly => new(
            $"Too early to judge. Data is arriving normally: {f.Users} users so far.",
            $"Nothing to do. {f.NextLookEnglish}"),
        VerdictReason.Promising => new(
            $"{f.Name} is ahead of {f.ControlName}: {f.Lift} {f.Kpi}{f.BetweenEnglish}. The evidence is there; whole weeks are waited for, since days differ.",
            f.NextLookEnglish),
        VerdictReason.GoingBadly => new(
            $"{f.Name} does worse than {f.ControlName}: {f.Lift} {f.Kpi}{f.BetweenEnglish}.",
            "Stop the test if it hurts; otherwise let the week close."),
        VerdictReason.Winner => new(
            $"{f.Name} beats {f.ControlName}: {f.Lift} {f.Kpi}{f.BetweenEnglish}. If we are wrong, the expected cost is {f.Loss} of {f.Kpi}.",
            f.WillPromote ? "It is promoted by itself, within seconds." : "Safe to adopt: promote it."),
        VerdictReason.Promoted => new(
            $"{f.Name} beat {f.ControlName}: {f.Lift} {f.Kpi}{f.BetweenEnglish}. It is now a best practice and served to everybody but the holdback.",
            "The holdback goes on measuring it: see the live figures of the best practice."),
        VerdictReason.WorseStop => new(
            $"{f.Name} does worse than {f.ControlName}: {f.Lift} {f.Kpi}{f.BetweenEnglish}.",
            $"Stop the test and keep {f.ControlName}."),
        VerdictReason.NoDifference => new(
            $"{f.Name} and {f.ControlName} are equal within {f.Margin}: keep the cheaper one.",
            "Stop the test; try a bolder change."),
        VerdictReason.NoWinner => new(
            $"No variant is worth a change: whatever they bring on {f.Kpi} is too small to matter. {f.ControlName} stays.",
            "Stop the test; try a bolder change."),
        VerdictReason.GuardrailBreach => new(
            $"{f.Name} breaks a guardrail: {f.BrokenGuardrail} gets worse by more than was allowed.",
            $"Stop the test and keep {f.ControlName}."),
        VerdictReason.SafetyStop => new(
            $"{f.Name} does harm: {f.Lift} {f.Kpi}{f.BetweenEnglish}. It was taken away from users at once.",
            $"Keep {f.ControlName}; find out why before anything like it is tried again."),
        VerdictReason.CannotConclude => new(
            $"No clear result can be expected in the planned number of users: {f.Lift} {f.Kpi}{f.BetweenEnglish}.",
            "Stop here and try a bolder change or a more sensitive measure; going on is allowed and stays valid."),
        VerdictReason.StoppedUndecided => new(
            $"The test was stopped before a clear result: {f.Lift} {f.Kpi}{f.BetweenEnglish}.",
            "Keep the old version, or test again for longer."),
        _ => new(
            $"No clear result yet: {f.Lift} {f.Kpi}{f.BetweenEnglish}, after {f.Users} users.",
            $"Nothing to do. {f.NextLookEnglish}"),
    };

    private static VerdictText French(string reason, VerdictFacts f) => reason switch
    {
        VerdictReason.NoData => new(
            "Aucun visiteur n'a encore été vu.",
            "Vérifiez que l'application lit le paramètre et que ses expositions arrivent."),
        VerdictReason.NotHealthy => new(
            $"Résultat suspendu : les visiteurs comptés ({f.Observed}) ne correspondent pas au plan ({f.Expected}).",
            "Cherchez des visiteurs perdus ou vus deux fois dans une variante : redirections, plantages, caches, robots. Corrigez la cause, puis lancez un nouveau test."),
        VerdictReason.SeenTwice => new(
            $"Résultat suspendu : {f.SeenTwice} visiteurs ont été vus dans deux variantes, trop pour se fier aux autres.",
            "Envoyez le même identifiant depuis chaque application, puis lancez un nouveau test."),
        VerdictReason.TooEarly => new(
            $"Trop tôt pour juger. Les données arrivent bien : {f.Users} visiteurs à ce jour.",
            $"Rien à faire. {f.NextLookFrench}"),
        VerdictReason.Promising => new(
            $"{f.Name} devance {f.ControlName} : {f.Lift} sur {f.Kpi}{f.BetweenFrench}. La preuve est là ; on attend des semaines entières, car les jours diffèrent.",
            f.NextLookFrench),
        VerdictReason.GoingBadly => new(
            $"{f.Name} fait moins bien que {f.ControlName} : {f.Lift} sur {f.Kpi}{f.BetweenFrench}.",
            "Arrêtez le test s'il coûte trop ; sinon, laissez la semaine se terminer."),
        VerdictReason.Winner => new(
            $"{f.Name} fait mieux que {f.ControlName} : {f.Lift} sur {f.Kpi}{f.BetweenFrench}. Si l'on se trompe, le coût attendu est de {f.Loss} de {f.Kpi}.",
            f.WillPromote ? "La variante est promue d'elle-même, dans les secondes qui viennent." : "Vous pouvez l'adopter : promouvez-la."),
        VerdictReason.Promoted => new(
            $"{f.Name} a fait mieux que {f.ControlName} : {f.Lift} sur {f.Kpi}{f.BetweenFrench}. C'est désormais une bonne pratique, servie à tous sauf au groupe témoin.",
            "Le groupe témoin continue de la mesurer : voyez les chiffres actuels de la bonne pratique."),
        VerdictReason.WorseStop => new(
            $"{f.Name} fait moins bien que {f.ControlName} : {f.Lift} sur {f.Kpi}{f.BetweenFrench}.",
            $"Arrêtez le test et gardez {f.ControlName}."),
        VerdictReason.NoDifference => new(
            $"{f.Name} et {f.ControlName} se valent à {f.Margin} près : gardez la moins chère.",
            "Arrêtez le test ; essayez un changement plus marqué."),
        VerdictReason.NoWinner => new(
            $"Aucune variante ne vaut un changement : ce qu'elles apportent sur {f.Kpi} est trop petit pour compter. {f.ControlName} reste.",
            "Arrêtez le test ; essayez un changement plus marqué."),
        VerdictReason.GuardrailBreach => new(
            $"{f.Name} franchit un garde-fou : {f.BrokenGuardrail} se dégrade plus que permis.",
            $"Arrêtez le test et gardez {f.ControlName}."),
        VerdictReason.SafetyStop => new(
            $"{f.Name} fait du tort : {f.Lift} sur {f.Kpi}{f.BetweenFrench}. La variante a été retirée aussitôt.",
            $"Gardez {f.ControlName} ; comprenez pourquoi avant d'essayer quelque chose de semblable."),
        VerdictReason.CannotConclude => new(
            $"Pas de résultat net à attendre avec le nombre de visiteurs prévu : {f.Lift} sur {f.Kpi}{f.BetweenFrench}.",
            "Arrêtez là et testez un changement plus marqué ou un indicateur plus sensible ; continuer reste permis et valide."),
        VerdictReason.StoppedUndecided => new(
            $"Le test a été arrêté avant un résultat net : {f.Lift} sur {f.Kpi}{f.BetweenFrench}.",
            "Gardez l'ancienne version, ou testez plus longtemps."),
        _ => new(
            $"Pas encore de résultat net : {f.Lift} sur {f.Kpi}{f.BetweenFrench}, après {f.Users} visiteurs.",
            $"Rien à faire. {f.NextLookFrench}"),
    };
}
