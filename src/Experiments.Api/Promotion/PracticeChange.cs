using Experiments.Api.Catalog;

namespace Experiments.Api.Promotion;

/// <summary>What an act writes: the practice after it, and the decision or the drafts that belong to it. Pure.</summary>
internal static class PracticeChange
{
    public static CatalogChange Of(CatalogState state, BestPractice practice, PracticeAct act, DateTimeOffset now)
    {
        var settings = practice.Settings;
        var next = practice with { Version = practice.Version + 1 };
        IReadOnlyList<IDocument> more = [];
        switch (act.Action)
        {
            case PracticeAct.Demote:
                next = WithHoldback(next, 1, now) with { State = PracticeState.Contested, StateReason = act.Reason, Doubt = null };
                (next, var draft) = RetestDraft.Add(state, next, now);
                more = [.. Demotion(state, practice, act, now), .. draft];
                break;
            case PracticeAct.Verify:
                next = WithHoldback(next, settings.EscalatedHoldback, now) with { Doubt = new PracticeDoubt(PracticeDoubt.Verify, now) };
                break;
            case PracticeAct.Calm:
                next = WithHoldback(next, practice.PlannedHoldback, now) with { Doubt = null };
                break;
            case PracticeAct.Retest:
                next = WithHoldback(next, settings.EscalatedHoldback, now) with { Doubt = new PracticeDoubt(PracticeDoubt.Retest, now) };
                (next, more) = RetestDraft.Add(state, next, now);
                break;
            case PracticeAct.Expire:
                next = WithHoldback(next, 1, now) with { State = PracticeState.Expired, StateReason = act.Reason, Doubt = null };
                (next, more) = RetestDraft.Add(state, next, now);
                break;
            default:
                next = WithHoldback(next, practice.PlannedHoldback, now) with
                {
                    Doubt = null,
                    IsWeak = act.Action == PracticeAct.RenewWeak,
                    ReviewBy = now.AddDays(settings.ReviewAfterDays),
                };
                break;
        }

        return new CatalogChange($"best-practice.{Verb(act.Action)}", act.Reason, [next, .. more]);
    }

    private static string Verb(string action) => action == PracticeAct.RenewWeak ? PracticeAct.Renew : action;

    /// <summary>A new epoch, unless the share is in force already.</summary>
    private static BestPractice WithHoldback(BestPractice practice, double share, DateTimeOffset now)
    {
        var buckets = SnapshotBuilder.HoldbackBuckets(share);
        if (practice.Epochs is [.., var last] && last.HoldbackBuckets == buckets) return practice;
        return practice with
        {
            Holdback = share,
            Epochs = [.. practice.Epochs, new PracticeEpoch(practice.Epochs.Count, now, buckets)],
        };
    }

    private static IReadOnlyList<IDocument> Demotion(CatalogState state, BestPractice practice, PracticeAct act, DateTimeOffset now)
    {
        if (practice.Evidence is not [{ } evidence, ..] || !state.Experiments.TryGetValue(evidence.Experiment, out var experiment)) return [];
        var decision = Decisions.Next(state, experiment.Key, "demote", Promoter.Decider, act.Reason, act.Evidence, now);
        return [experiment with { Version = experiment.Version + 1, DecisionCount = Decisions.Number(decision) }, decision];
    }
}
