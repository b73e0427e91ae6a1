namespace Experiments.Api.Dashboard.Words;

/// <summary>The texts of the page of a result.</summary>
internal static class ResultWords
{
    public static readonly Word DataOf = new("Data of", "Données de");
    public static readonly Word Arriving = new("Data is arriving normally: {0} users counted.", "Les données arrivent bien : {0} visiteurs comptés.");
    public static readonly Word UsersCounted = new("The data are sound: {0} users counted.", "Les données sont saines : {0} visiteurs comptés.");
    public static readonly Word HealthTitle = new("Health of the data", "Santé des données");
    public static readonly Word WhatNext = new("What to do: {0}", "Que faire : {0}");
    public static readonly Word SizeTitle = new("How big is the difference?", "Quelle est l'ampleur de l'écart ?");
    public static readonly Word CertaintyTitle = new("How sure is it?", "À quel point est-ce sûr ?");
    public static readonly Word TrendTitle = new("How did it develop?", "Comment cela a-t-il évolué ?");
    public static readonly Word DetailTitle = new("In detail", "En détail");
    public static readonly Word StaleData = new("The service cannot be reached. This is data of", "Le service est injoignable. Ce sont les données de");
    public static readonly Word StaleRetry = new("The page recovers by itself.", "La page se rétablit d'elle-même.");
    public static readonly Word RunningSince = new("Running since {0}", "En cours depuis le {0}");
    public static readonly Word RanFrom = new("Ran from {0} to {1}", "A couru du {0} au {1}");

    // Verdict card.
    public static readonly Word Sure = new("Does it do better?", "Fait-elle mieux ?");
    public static readonly Word IfWrong = new("Adopting it by mistake costs", "L'adopter à tort coûterait");
    public static readonly Word IfKept = new("Passing it up costs", "S'en priver coûterait");
    public static readonly Word OfKpi = new("{0} of {1}", "{0} de {1}");
    public static readonly Word WouldChange = new("What would change this", "Ce qui changerait ce verdict");
    public static readonly Word ChangeUndecided = new("Evidence of {0} to 1 at the close of a week.", "Une preuve de {0} contre 1 à la fin d'une semaine.");
    public static readonly Word ChangePromising = new("Evidence that no longer holds when the week closes.", "Une preuve qui ne tiendrait plus à la fin de la semaine.");
    public static readonly Word ChangeNothing = new("Nothing: a verdict at the close of a week stands.", "Rien : un verdict rendu en fin de semaine reste acquis.");
    public static readonly Word ChangeHealth = new("A new test on sound data.", "Un nouveau test sur des données saines.");

    // Lift.
    public static readonly Word LiftSentence = new(
        "{0} against {1}: {2} on {3}, very likely between {4} and {5}.", "{0} face à {1} : {2} sur {3}, très probablement entre {4} et {5}.");
    public static readonly Word LiftUnknown = new("Nothing can be compared yet.", "Rien ne peut encore être comparé.");
    public static readonly Word LiftLegend = new(
        "Curve and bars: where the true lift probably is (50, 80 and 95 %). Bracket: holds at every look, however often one looks. Grey band: too small to matter.",
        "Courbe et barres : où se trouve probablement le véritable écart (50, 80 et 95 %). Crochet : valable à chaque lecture, aussi fréquente soit-elle. Bande grise : trop petit pour compter.");
    public static readonly Word AxisRange = new("Axis from {0} to {1}; an arrow says that an interval goes on.", "Axe de {0} à {1} ; une flèche indique un intervalle qui continue.");
    public static readonly Word Worse = new("worse", "moins bien");
    public static readonly Word Better = new("better", "mieux");
    public static readonly Word HoldsAlways = new("Holds at every look", "Valable à chaque lecture");
    public static readonly Word VeryLikely = new("Very likely between", "Très probablement entre");
    public static readonly Word AllowedHarm = new("Allowed", "Permis");
    public static readonly Word GuardrailHarmless = new("harmless", "sans danger");
    public static readonly Word GuardrailHarmful = new("broken", "franchi");
    public static readonly Word GuardrailUndecided = new("not known yet", "pas encore connu");

    // Certainty.
    public static readonly Word EvidenceSentence = new(
        "{0} of the evidence that is asked for: {1} to 1, where {2} to 1 decides.", "{0} de la preuve demandée : {1} contre 1, quand {2} contre 1 décide.");
    public static readonly Word EvidenceReached = new(
        "The evidence is there: {0} to 1, where {1} to 1 decides.", "La preuve est là : {0} contre 1, quand {1} contre 1 décide.");
    public static readonly Word EvidenceNone = new("No evidence yet, either way.", "Pas encore de preuve, dans un sens ou dans l'autre.");
    public static readonly Word EvidencePace = new("About {0} more days at this pace.", "Encore {0} jours environ à ce rythme.");
    public static readonly Word DotsSentence = new("In {0} of 20 possible worlds, {1} does better than {2}.", "Dans {0} mondes possibles sur 20, {1} fait mieux que {2}.");
    public static readonly Word BestTitle = new("Which is best?", "Laquelle est la meilleure ?");
    public static readonly Word BestSentence = new("{0} is the best with a probability of {1}.", "{0} est la meilleure avec une probabilité de {1}.");
    public static readonly Word ProbabilityBest = new("Probability of being best", "Probabilité d'être la meilleure");
    public static readonly Word DayOne = new(
        "Shown from the second day on: the figures of the first hours jump about and mean nothing yet.",
        "Affiché à partir du deuxième jour : les chiffres des premières heures varient trop pour dire quoi que ce soit.");
    public static readonly Word Withheld = new(
        "Withheld while the data cannot be trusted.", "Suspendu tant que les données ne sont pas fiables.");

    // Trend.
    public static readonly Word TrendSentence = new(
        "The difference between {0} and {1} since the start, with a band that holds at every look: now {2}, between {3} and {4}.",
        "La différence entre {0} et {1} depuis le départ, avec une bande valable à chaque lecture : à présent {2}, entre {3} et {4}.");
    public static readonly Word EvidenceTrend = new("The evidence since the start; above the line it suffices.", "La preuve depuis le départ ; au-dessus de la ligne, elle suffit.");
    public static readonly Word TrendNone = new("The curve begins with the second reading.", "La courbe commence à la deuxième lecture.");
    public static readonly Word Threshold = new("{0} to 1", "{0} contre 1");
    public static readonly Word NoDifferenceLine = new("no difference", "aucune différence");
    public static readonly Word AllocationTitle = new("Who gets what", "Qui reçoit quoi");
    public static readonly Word AllocationSentence = new("Shares of new users over time; now {0}.", "Parts des nouveaux visiteurs au fil du temps ; à présent {0}.");
    public static readonly Word HoldbackFloor = new("Share kept for the control", "Part gardée pour le témoin");

    // Detail.
    public static readonly Word FunnelTitle = new("Who is counted", "Qui est compté");
    public static readonly Word FunnelSentence = new("{0} users were exposed, {1} count for the evidence.", "{0} visiteurs ont été exposés, {1} comptent pour la preuve.");
    public static readonly Word Exposed = new("Exposed", "Exposés");
    public static readonly Word InOneVariant = new("Seen in one variant only", "Vus dans une seule variante");
    public static readonly Word Mature = new("Measured to the end", "Mesurés jusqu'au bout");
    public static readonly Word Counted = new("Counted in the evidence", "Comptés dans la preuve");
    public static readonly Word LeftTwice = new("{0} seen in two variants", "{0} vus dans deux variantes");
    public static readonly Word LeftRobots = new("{0} automated", "{0} automatisés");
    public static readonly Word LeftWindow = new("{0} still in their window of {1}", "{0} encore dans leur fenêtre de {1}");
    public static readonly Word FiguresTitle = new("All figures", "Tous les chiffres");
    public static readonly Word Mean = new("Per user", "Par visiteur");
    public static readonly Word Total = new("Total", "Total");
    public static readonly Word Conversions = new("Converted", "Convertis");
    public static readonly Word BreakdownNote = new("To understand, never to decide.", "Pour comprendre, jamais pour décider.");
    public static readonly Word BreakdownNone = new("No values seen yet.", "Aucune valeur vue à ce jour.");
    public static readonly Word StandsOut = new("stands out", "se distingue");
    public static readonly Word NoDecisions = new("Nothing was decided yet.", "Rien n'a encore été décidé.");
    public static readonly Word ExpertTitle = new("For experts", "Pour les experts");
    public static readonly Word ExportTitle = new("Take it along", "Emporter");
    public static readonly Word ShowNumbers = new("Show the numbers", "Voir les chiffres");
    public static readonly Word HowItWorks = new("How this works", "Comment ça marche");
    public static readonly Word History = new("history", "historique");
    public static readonly Word Print = new("Print", "Imprimer");

    // Decisions.
    public static Word Action(string action) => action switch
    {
        "promote" => new("Promoted", "Promue"),
        "stop" => new("Stopped", "Arrêté"),
        "reweight" => new("New shares", "Nouvelles parts"),
        "demote" => new("Demoted", "Rétrogradée"),
        "freeze" => new("Frozen", "Gelé"),
        _ => new(action, action),
    };

    public static readonly Word TheDecider = new("the decider", "le décideur automatique");
}
