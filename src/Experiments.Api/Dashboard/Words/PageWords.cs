namespace Experiments.Api.Dashboard.Words;

/// <summary>The texts of the other pages: lists, forms, knowledge, errors.</summary>
internal static class PageWords
{
    public static readonly Word Tagline = new("Test, learn, keep what works.", "Tester, apprendre, garder ce qui marche.");
    public static readonly Word NothingYet = new("No experiment yet", "Aucun test à ce jour");
    public static readonly Word NothingYetText = new(
        "A test begins with a belief: because we saw this, changing that should move a KPI. Write yours down.",
        "Un test commence par une conviction : puisque nous avons vu ceci, changer cela devrait faire bouger un indicateur. Écrivez la vôtre.");
    public static readonly Word Search = new("Search", "Rechercher");
    public static readonly Word UsersCount = new("{0} users", "{0} visiteurs");
    public static readonly Word Found = new("{0} found", "{0} trouvés");
    public static readonly Word Next = new("Next page", "Page suivante");
    public static readonly Word Previous = new("Previous page", "Page précédente");
    public static readonly Word Needs = new("JavaScript is needed to send this form; everything else works without.", "JavaScript est nécessaire pour envoyer ce formulaire ; tout le reste fonctionne sans.");
    public static readonly Word SignOut = new("Sign out", "Se déconnecter");

    // Actions.
    public static readonly Word Start = new("Start", "Démarrer");
    public static readonly Word Pause = new("Pause", "Mettre en pause");
    public static readonly Word Resume = new("Resume", "Reprendre");
    public static readonly Word Stop = new("Stop", "Arrêter");
    public static readonly Word Promote = new("Promote", "Promouvoir");
    public static readonly Word Retire = new("Retire", "Retirer");
    public static readonly Word StartNote = new("The plan is frozen from now on, and users get their variants.", "Le plan est figé à partir de maintenant, et les visiteurs reçoivent leur variante.");
    public static readonly Word PauseNote = new("Nobody is assigned for a while; everybody finds his variant again afterwards.", "Plus personne n'est affecté pendant ce temps ; chacun retrouve sa variante ensuite.");
    public static readonly Word ResumeNote = new("Everybody finds his variant again.", "Chacun retrouve sa variante.");
    public static readonly Word StopNote = new("The test ends for good. Your reason is kept with it.", "Le test prend fin pour de bon. Votre raison est conservée avec lui.");
    public static readonly Word PromoteNote = new("The variant is served to everybody but the holdback, and the test ends. Your reason is kept with it.", "La variante est servie à tous sauf au groupe témoin, et le test prend fin. Votre raison est conservée avec elle.");
    public static readonly Word RetireNote = new("Apps take their own default again. Your reason is kept with it.", "Les applications reprennent leur valeur par défaut. Votre raison est conservée avec elle.");
    public static readonly Word Why = new("Why?", "Pourquoi ?");
    public static readonly Word Confirm = new("Confirm: {0}", "Confirmer : {0}");

    // Best practices.
    public static readonly Word NoPractices = new("Nothing was learned yet", "Rien d'appris à ce jour");
    public static readonly Word NoPracticesText = new("When a test has a winner, its value becomes a best practice and stands here.", "Quand un test a une gagnante, sa valeur devient une bonne pratique et figure ici.");
    public static readonly Word Learned = new("What we learned", "Ce que nous avons appris");
    public static readonly Word HoldbackEffect = new("Since the promotion", "Depuis la promotion");
    public static readonly Word HoldbackSentence = new(
        "Against the {0} of users of the holdback: {1}, very likely between {2} and {3}.", "Face aux {0} de visiteurs du groupe témoin : {1}, très probablement entre {2} et {3}.");
    public static readonly Word HoldbackNone = new("The holdback has not been seen enough yet.", "Le groupe témoin n'a pas encore été assez vu.");
    public static readonly Word EvidenceOf = new("{0} on {1}, very likely between {2} and {3}, on {4} users.", "{0} sur {1}, très probablement entre {2} et {3}, sur {4} visiteurs.");
    public static readonly Word ServedSince = new("Served since {0}", "Servie depuis le {0}");
    public static readonly Word ReviewBy = new("Review by {0}", "À revoir avant le {0}");
    public static readonly Word LifeSentence = new("Promoted on {0}, to be reviewed by {1}.", "Promue le {0}, à revoir avant le {1}.");
    public static readonly Word Today = new("today", "aujourd'hui");
    public static readonly Word Promoted = new("promoted", "promue");
    public static readonly Word Review = new("review", "revue");
    public static readonly Word LearnedFrom = new("Learned from", "Appris de");
    public static readonly Word Serves = new("{0} serves", "{0} sert");

    // Knowledge.
    public static readonly Word KnowledgeIntro = new("What we believed, and what turned out.", "Ce que nous pensions, et ce qu'il en est.");
    public static readonly Word Expected = new("Expected", "Attendu");
    public static readonly Word Observed = new("Observed", "Observé");
    public static readonly Word NotTested = new("not tested yet", "pas encore testé");
    public static readonly Word Calibration = new(
        "{0} of {1} finished tests found a winner. Their authors were {2} sure on average.",
        "{0} tests terminés sur {1} ont trouvé une gagnante. Leurs auteurs y croyaient à {2} en moyenne.");
    public static readonly Word NoKnowledge = new("No hypothesis was written down yet.", "Aucune hypothèse n'a encore été écrite.");
    public static readonly Word ByPillar = new("By pillar", "Par pilier");
    public static readonly Word Hypotheses = new("Hypotheses", "Hypothèses");

    // Errors.
    public static readonly Word NotFound = new("There is nothing here", "Il n'y a rien ici");
    public static readonly Word NotFoundText = new("The address is wrong, or what it named is gone.", "L'adresse est fausse, ou ce qu'elle désignait n'existe plus.");
    public static readonly Word Unavailable = new("The service cannot read its data right now", "Le service ne peut pas lire ses données pour l'instant");
    public static readonly Word UnavailableText = new("Nothing is lost. Load the page again in a moment.", "Rien n'est perdu. Rechargez la page dans un instant.");
    public static readonly Word Back = new("Back to the experiments", "Retour aux tests");
}
