namespace Experiments.Api.Dashboard.Words;

/// <summary>The one glossary of the pages: a thing has one name in each language, the one of docs/glossary.md.</summary>
internal static class Terms
{
    // Places.
    public static readonly Word Experiments = new("Experiments", "Tests");
    public static readonly Word BestPractices = new("Best practices", "Bonnes pratiques");
    public static readonly Word Knowledge = new("Knowledge", "Connaissances");
    public static readonly Word Help = new("Help", "Aide");
    public static readonly Word NewExperiment = new("New experiment", "Nouveau test");
    public static readonly Word SkipToContent = new("Skip to content", "Aller au contenu");
    public static readonly Word MainMenu = new("Main menu", "Menu principal");

    // The life of an experiment.
    public static readonly Word Draft = new("Draft", "Brouillon");
    public static readonly Word Running = new("Running", "En cours");
    public static readonly Word Paused = new("Paused", "En pause");
    public static readonly Word Stopped = new("Stopped", "Arrêté");
    public static readonly Word Drafts = new("Drafts", "Brouillons");
    public static readonly Word Finished = new("Finished", "Terminés");

    // What a test consists of.
    public static readonly Word Hypothesis = new("Hypothesis", "Hypothèse");
    public static readonly Word Kpi = new("KPI", "Indicateur");
    public static readonly Word Kpis = new("KPIs", "Indicateurs");
    public static readonly Word Variant = new("Variant", "Variante");
    public static readonly Word Control = new("Control", "Témoin");
    public static readonly Word Parameter = new("Parameter", "Paramètre");
    public static readonly Word Audience = new("Audience", "Audience");
    public static readonly Word Value = new("Value", "Valeur");
    public static readonly Word Plan = new("Plan", "Plan");
    public static readonly Word Users = new("Users", "Visiteurs");
    public static readonly Word Holdback = new("Holdback", "Groupe témoin");
    public static readonly Word Guardrail = new("Guardrail", "Garde-fou");
    public static readonly Word Primary = new("Primary", "Principal");
    public static readonly Word Secondary = new("Secondary", "Secondaire");
    public static readonly Word Decisions = new("Decisions", "Décisions");
    public static readonly Word Breakdown = new("Breakdown", "Ventilation");
    public static readonly Word Reason = new("Reason", "Raison");
    public static readonly Word Evidence = new("Evidence", "Preuve");
    public static readonly Word Lift = new("Lift", "Écart");
    public static readonly Word Difference = new("Difference", "Différence");
    public static readonly Word ExpectedLoss = new("Expected loss", "Coût attendu");
    public static readonly Word Verdict = new("Verdict", "Verdict");
    public static readonly Word Started = new("Started", "Démarré");
    public static readonly Word Day = new("Day", "Jour");
    public static readonly Word At = new("At", "Le");
    public static readonly Word By = new("By", "Par");
    public static readonly Word Name = new("Name", "Nom");
    public static readonly Word Key = new("Key", "Clé");
    public static readonly Word None = new("None", "Aucun");
    public static readonly Word From = new("From", "De");
    public static readonly Word To = new("To", "À");

    // The four pillars.
    public static readonly Word Transaction = new("Transaction", "Transaction");
    public static readonly Word Relation = new("Relation", "Relation");
    public static readonly Word Individualisation = new("Individualisation", "Individualisation");
    public static readonly Word Community = new("Community", "Communauté");
    public static readonly Word NoPillar = new("No pillar", "Sans pilier");

    // The life of a best practice.
    public static readonly Word Active = new("Active", "Active");
    public static readonly Word Contested = new("Contested", "Contestée");
    public static readonly Word Expired = new("Expired", "Expirée");
    public static readonly Word Retired = new("Retired", "Retirée");

    public static Word Status(string status) => status switch
    {
        "draft" => Draft,
        "running" => Running,
        "paused" => Paused,
        _ => Stopped,
    };

    public static Word State(string state) => state switch
    {
        "active" => Active,
        "contested" => Contested,
        "expired" => Expired,
        _ => Retired,
    };

    public static Word Role(string role) => role switch
    {
        "primary" => Primary,
        "guardrail" => Guardrail,
        _ => Secondary,
    };

    public static Word Pillar(string? pillar) => pillar switch
    {
        "transaction" => Transaction,
        "relation" => Relation,
        "individualisation" => Individualisation,
        "community" => Community,
        _ => NoPillar,
    };
}
