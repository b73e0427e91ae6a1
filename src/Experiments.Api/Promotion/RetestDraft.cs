using System.Globalization;
using Experiments.Api.Catalog;

namespace Experiments.Api.Promotion;

/// <summary>Drafts the test of a best practice anew: a hypothesis and an experiment that a person may change, and starts when he wants.</summary>
internal static class RetestDraft
{
    private const int LongestKey = 100;

    /// <returns>The practice with the draft named, and the documents of the draft; nothing new while one is still a draft.</returns>
    public static (BestPractice Practice, IReadOnlyList<IDocument> Documents) Add(CatalogState state, BestPractice practice, DateTimeOffset now)
    {
        if (practice.Retest is { } known && state.Experiments.TryGetValue(known, out var draft) && draft.Status == ExperimentStatus.Draft)
        {
            return (practice, []);
        }

        if (practice.Evidence is not [{ } evidence, ..] || !state.Experiments.TryGetValue(evidence.Experiment, out var tested)) return (practice, []);
        var key = FreeKey(state, practice.Key);
        var hypothesis = HypothesisOf(state.RequireHypothesis(tested.Hypothesis), practice, evidence, key, now);
        return (practice with { Retest = key }, [hypothesis, ExperimentOf(tested, practice, key, now)]);
    }

    private static Hypothesis HypothesisOf(
        Hypothesis before, BestPractice practice, PracticeEvidence evidence, string key, DateTimeOffset now) => before with
        {
            Key = key,
            Version = 1,
            Because = string.Create(CultureInfo.InvariantCulture,
                $"'{practice.Key}' was promoted on {practice.ValidFrom:yyyy-MM-dd} and {Doubt(practice)}? Then: {before.Because}"),
            Expect = before.Expect with
            {
                Kpi = practice.Kpi.Key,
                Direction = practice.Kpi.Direction,
                // What won is selected: half of it is a modest guess at what is left.
                Lift = Math.Clamp(Math.Abs(evidence.RelativeLift ?? before.Expect.Lift) / 2, 0.005, 10),
                Confidence = 0.7,
            },
            Author = null,
            Archived = false,
            CreatedAt = now,
        };

    private static string Doubt(BestPractice practice) => practice.State == PracticeState.Contested
        ? "was demoted, its holdback did better: is it no longer true"
        : "its evidence has aged: is it still true";

    private static Experiment ExperimentOf(Experiment tested, BestPractice practice, string key, DateTimeOffset now) => new()
    {
        Key = key,
        Hypothesis = key,
        Kind = "ab",
        Parameter = practice.Parameter,
        Layer = tested.Layer,
        Control = "before",
        Variants =
        [
            new Variant("before", null, 1, practice.HoldbackValue) { Feature = practice.HoldbackFeature },
            new Variant("practice", null, 1, practice.Value) { Feature = practice.Feature },
        ],
        Coverage = tested.Coverage,
        Audience = tested.Audience,
        PrimaryKpi = tested.PrimaryKpi,
        SecondaryKpis = tested.SecondaryKpis,
        Guardrails = tested.Guardrails,
        Breakdowns = tested.Breakdowns,
        Decision = tested.Decision with { HorizonUsers = null, Baseline = null },
        LearnedPrior = tested.LearnedPrior,
        Status = ExperimentStatus.Draft,
        CreatedAt = now,
    };

    private static string FreeKey(CatalogState state, string practice)
    {
        for (var i = 1; ; i++)
        {
            var suffix = i == 1 ? "-retest" : string.Create(CultureInfo.InvariantCulture, $"-retest-{i}");
            var key = practice[..Math.Min(practice.Length, LongestKey - suffix.Length)] + suffix;
            if (!state.Experiments.ContainsKey(key) && !state.Hypotheses.ContainsKey(key)) return key;
        }
    }
}
