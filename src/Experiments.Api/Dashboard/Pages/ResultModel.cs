using Experiments.Api.Catalog;
using Experiments.Api.Results;
using Experiments.Api.Results.Looks;

namespace Experiments.Api.Dashboard.Pages;

/// <summary>What the page of one experiment shows: the API's own results, and the names for them.</summary>
internal sealed record ResultModel(
    PageContext Page, ResultsView View, ExperimentLook Look, IReadOnlyList<BreakdownView> Breakdowns,
    IReadOnlyList<Decision> Decisions, BestPractice? Practice)
{
    /// <summary>On the first day figures jump about; what is asked then is whether something is broken.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromHours(24);

    public Language Language => Page.Language;

    public Experiment Experiment => Look.Data.Experiment;

    public KpiFiguresView Primary => View.Kpis[0];

    /// <summary>The comparison that the verdict is about, else the one with most evidence.</summary>
    public ComparisonView Leader => Primary.Comparisons.FirstOrDefault(c => c.Variant == View.Verdict.Variant)
        ?? Primary.Comparisons.MaxBy(c => c.Sequential?.LogEvidenceAdjusted ?? 0)!;

    public bool IsWithheld => View.Health.Status == "alarm";

    public bool HasData => View.Verdict.Reason != VerdictReason.NoData;

    /// <summary>Too early for probabilities. An imported history is never early.</summary>
    public bool IsEarly => Experiment is { Status: ExperimentStatus.Running, ImportedComplete: false }
        && View.StartedAt is { } started && View.AsOf - started < Early;

    public IReadOnlyList<HistoryPoint> History => Look.Next.History;

    /// <summary>Lifts nearer to 0 than this do not matter: the bound of the verdict "no difference that matters".</summary>
    public double Indifference => (Experiment.Decision.MinimumDetectableLift ?? 0) / 4;

    public string NameOf(string variant) => Experiment.VariantOf(variant) is var v ? v.Name ?? v.Key : variant;

    public string KpiName(string kpi) => Experiment.FrozenKpis.FirstOrDefault(k => k.Key == kpi) is { } found ? found.Name ?? found.Key : kpi;

    /// <summary>For the better, for the worse, or not known: what the whole interval says, in the direction of the KPI.</summary>
    public static string Tone(string direction, IntervalView? interval)
    {
        var sign = direction == "decrease" ? -1 : 1;
        if (interval is { Lower: { } lower } && lower > 0) return sign > 0 ? "good" : "bad";
        if (interval is { Upper: { } upper } && upper < 0) return sign > 0 ? "bad" : "good";
        return "unsure";
    }

    /// <summary>A difference in the unit of the KPI: points of percent for a proportion.</summary>
    public string Difference(double value, string type, string kpi)
    {
        if (type == "proportion") return Language.Signed(value).Replace("%", Language.IsFrench ? "pt" : "pt", StringComparison.Ordinal);
        var unit = Experiment.FrozenKpis.First(k => k.Key == kpi).Unit;
        return (value > 0 ? "+" : "") + Language.Figure(value) + (unit is null ? "" : "\u00a0" + unit);
    }

    /// <summary>A level of a KPI: a share for a proportion, else an amount.</summary>
    public string Level(double? value, string type, string kpi)
    {
        if (value is not { } level) return "\u2014";
        if (type == "proportion") return Language.Percent(level);
        var unit = Experiment.FrozenKpis.First(k => k.Key == kpi).Unit;
        return Language.Figure(level) + (unit is null ? "" : "\u00a0" + unit);
    }

    public string Signed(double? fraction) => fraction is { } lift ? Language.Signed(lift) : "\u2014";

    /// <summary>Titles are what people said, not keys.</summary>
    public static string TitleOf(Experiment experiment, Hypothesis? hypothesis) => Bits.Sentence(hypothesis?.Change ?? experiment.Key);
}
