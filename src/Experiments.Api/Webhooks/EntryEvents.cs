using Experiments.Api.Catalog;

namespace Experiments.Api.Webhooks;

/// <summary>What of a best practice was known: only a change is an event.</summary>
/// <param name="State">Its state.</param>
/// <param name="Doubt">Kind of the doubt about it, if any.</param>
/// <param name="Contradictions">Number of later tests that speak against it.</param>
internal sealed record PracticeMark(string State, string? Doubt, int Contradictions)
{
    public static readonly PracticeMark New = new(PracticeState.Active, null, 0);

    public static PracticeMark Of(BestPractice practice) => new(practice.State, practice.Doubt?.Kind, practice.Contradictions.Count);
}

/// <summary>Reads events out of one entry of the catalogue's log.</summary>
internal static class EntryEvents
{
    private const string Promote = "promote";
    private const string Propose = "experiment.propose";

    /// <param name="entry">The entry.</param>
    /// <param name="practices">What was known of best practices; brought up to date.</param>
    public static List<WebhookEvent> Of(CatalogEntry entry, Dictionary<string, PracticeMark> practices)
    {
        var documents = entry.Documents.Select(DocumentCodec.Read).ToList();
        var audit = new AuditHead(entry.Seq, entry.Hash);
        var events = new List<WebhookEvent>();
        foreach (var document in documents)
        {
            switch (document)
            {
                case Decision { Action: Promote } decision:
                    events.Add(Event(entry, EventTypes.Promoted, decision.Key, Promoted(decision, documents, audit)));
                    break;
                case Experiment { Proposal: { State: Proposal.Pending } asked } experiment when entry.Action == Propose:
                    events.Add(Event(
                        entry, EventTypes.NeedsReview, experiment.Key,
                        new ReviewData(null, experiment.Key, asked.Variant, asked.By, asked.Reason, audit)));
                    break;
                case BestPractice practice:
                    var before = practices.GetValueOrDefault(practice.Key, PracticeMark.New);
                    var after = practices[practice.Key] = PracticeMark.Of(practice);
                    if (TypeOf(before, after) is { } type) events.Add(Event(entry, type, practice.Key, Changed(type, practice, entry, audit)));
                    break;
            }
        }

        return events;
    }

    private static WebhookEvent Event(CatalogEntry entry, string type, string key, object data) =>
        new($"{entry.Id:N}/{type}/{key}", entry.Seq, type, entry.At, data);

    /// <summary>Demoted says more than contested, contested more than a question of age.</summary>
    private static string? TypeOf(PracticeMark before, PracticeMark after)
    {
        // A state other than active serves the value of before: from one of them to another, nothing changes for users.
        if (after.State != PracticeState.Active) return before.State == PracticeState.Active ? EventTypes.Demoted : null;
        if (after.Contradictions > before.Contradictions) return EventTypes.Contested;
        if (after.Doubt == before.Doubt) return null;
        return after.Doubt switch
        {
            PracticeDoubt.Verify => EventTypes.Contested,
            PracticeDoubt.Retest => EventTypes.NeedsReview,
            _ => null,
        };
    }

    private static object Changed(string type, BestPractice practice, CatalogEntry entry, AuditHead audit)
    {
        var reason = practice.RetiredReason ?? practice.StateReason ?? entry.Reason;
        return type == EventTypes.NeedsReview
            ? new ReviewData(practice.Key, practice.Retest, null, entry.By, reason, audit)
            : new PracticeData(practice.Key, practice.Parameter, practice.State, entry.By, reason, audit);
    }

    private static PromotedData Promoted(Decision decision, List<IDocument> documents, AuditHead audit)
    {
        // A promotion also writes what it replaces or contradicts: its own practice has the key of its experiment.
        var experiment = documents.OfType<Experiment>().FirstOrDefault(e => e.Key == decision.Experiment);
        var practice = documents.OfType<BestPractice>().FirstOrDefault(p => p.Key == decision.Experiment);
        return new PromotedData(
            decision.Experiment, experiment?.PromotedVariant, practice?.Key ?? decision.Experiment, practice?.Parameter, practice?.Value,
            decision.By, decision.Reason, decision.Evidence, audit);
    }
}
