using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Results.Figures;
using Experiments.Api.Results.Looks;
using Experiments.Stats.Bayesian;

namespace Experiments.Api.Results;

/// <summary>Writes a look as the API gives it.</summary>
internal sealed class ResultsBuilder(ExperimentLook look, Language language)
{
    private const double CredibleLevel = 0.95;
    private const double Quantile975 = 1.959963984540054;

    private readonly Experiment _experiment = look.Data.Experiment;
    private IReadOnlyDictionary<(string Value, int Variant), SegmentFiguresView>? _segments;

    public ResultsView Build(string? breakdown)
    {
        var verdict = Verdict.Of(look);
        var text = VerdictText.Of(verdict, look, language);
        var isDraft = _experiment.Status == ExperimentStatus.Draft;
        return new ResultsView
        {
            Experiment = _experiment.Key,
            Status = _experiment.Status,
            Version = _experiment.Version,
            AsOf = look.Data.Now,
            PlanHash = _experiment.PlanHash,
            StartedAt = isDraft ? null : _experiment.StartedAt,
            Health = HealthText.Of(look.Health, _experiment, language),
            Kpis = [.. look.Kpis.Select(k => Kpi(k))],
            Allocation = ByVariant(v => (double)_experiment.Epochs[^1].Buckets[v] / 10_000),
            Verdict = new VerdictView(
                verdict.State, verdict.Variant is { } v ? _experiment.Variants[v].Key : null, verdict.Reason, text.Text, text.NextStep),
            Breakdown = breakdown is null ? null : Breakdown(breakdown),
            Bandit = look.Bandit is { } bandit ? BanditView.Of(look, bandit) : null,
        };
    }

    private BreakdownView Breakdown(string attribute) => new(
        attribute,
        [
            .. look.Data.Moments.Values(attribute).Select(value => new SegmentView(
                value, [.. look.Kpis.Select(k => k.Kpi == 0 ? PrimaryOf(k, attribute, value) : Kpi(k, new Segment(attribute, value)))])),
        ]);

    private KpiFiguresView PrimaryOf(KpiLook kpi, string attribute, string value)
    {
        _segments ??= SegmentLooks.Of(look, attribute);
        var view = Kpi(kpi, new Segment(attribute, value));
        return view with
        {
            Comparisons = [.. view.Comparisons.Select((c, i) => c with { Segment = _segments[(value, kpi.Comparisons[i].Variant)] })],
        };
    }

    private KpiFiguresView Kpi(KpiLook kpi, Segment segment = default)
    {
        var isWhole = segment == default;
        var current = look.Data.Current(kpi.Kpi, segment);
        var mature = isWhole ? kpi.Mature : look.Data.Mature(kpi.Kpi, segment: segment);
        var readOut = new ReadOut(current);
        var best = isWhole && kpi.Kpi == 0 && look.Bandit is { } bandit
            ? [.. _experiment.Variants.Select((_, v) => bandit.Step.ProbabilityBest is { } known ? bandit.ByVariant(known, v) : default(double?))]
            : readOut.ProbabilityBest(_ => true);
        var frozen = _experiment.FrozenKpis[kpi.Kpi];
        return new KpiFiguresView(
            frozen.Key,
            Plans.Role(_experiment, kpi.Kpi),
            frozen.Type,
            frozen.Direction,
            [.. Enumerable.Range(0, _experiment.Variants.Count).Select(v => Variant(v, readOut, mature))],
            [.. kpi.Comparisons.Select(c => Comparison(kpi.Kpi, c, readOut, isWhole))],
            ByVariant(v => best[v]));
    }

    private VariantFiguresView Variant(int variant, ReadOut readOut, KpiData mature)
    {
        var figures = readOut.Variant(variant);
        return new VariantFiguresView(
            _experiment.Variants[variant].Key, figures.Users, mature.Total(variant).Users, figures.Conversions, figures.Sum, figures.Mean,
            figures.StandardDeviation, IntervalView.Of(figures.CredibleInterval, CredibleLevel));
    }

    private ComparisonView Comparison(int kpi, ComparisonLook comparison, ReadOut readOut, bool isWhole)
    {
        var pair = readOut.Pair(look.Data.Control, comparison.Variant);
        return new ComparisonView(
            _experiment.Variants[comparison.Variant].Key, _experiment.Control, pair.Difference, pair.RelativeLift,
            pair.ProbabilityBeatsControl, pair.LossIfPromoted, pair.LossIfKept, IntervalView.Of(pair.LiftInterval, CredibleLevel),
            isWhole ? Sequential(kpi, comparison) : null)
        {
            Guardrail = isWhole ? look.Guardrails.FirstOrDefault(g => g.Kpi == kpi && g.Variant == comparison.Variant)?.Status : null,
            Adjusted = Adjusted(readOut.AdjustedPair(look.Data.Control, comparison.Variant)),
            WithPrior = isWhole && kpi == 0 ? WithPrior(readOut, comparison.Variant) : null,
        };
    }

    private SequentialView Sequential(int kpi, ComparisonLook comparison) => SequentialFigures.Of(
        look.Data.Moments.Layout.Kpis[kpi].Type, look.Data.HasCovariate(kpi), comparison) with
    {
        ProbabilityOfEffect = EffectProbability.Posterior(comparison.LogEvidenceAdjusted, look.Data.PriorOfEffect),
    };

    private static AdjustedView? Adjusted(AdjustedReadOut? adjusted) => adjusted is null ? null : new(
        adjusted.Difference, adjusted.RelativeLift, adjusted.ProbabilityBeatsControl, IntervalView.Of(adjusted.LiftInterval, CredibleLevel),
        adjusted.Theta, adjusted.VarianceReduction);

    private WithPriorView? WithPrior(ReadOut readOut, int treatment)
    {
        if (_experiment.Prior is not { } prior || readOut.LogLift(look.Data.Control, treatment) is not { } observed) return null;
        var posterior = LearnedPrior.Combine(new NormalPosterior(prior.Mean, prior.StandardDeviation), observed);
        var width = Quantile975 * posterior.StandardDeviation;
        var beats = NormalComparison.Compare(posterior.Mean, posterior.StandardDeviation).ProbabilityTreatmentBeats;
        return new WithPriorView(
            prior.Tests, Math.Exp(posterior.Mean) - 1,
            new IntervalView(CredibleLevel, Math.Exp(posterior.Mean - width) - 1, Math.Exp(posterior.Mean + width) - 1),
            _experiment.FrozenKpis[0].Direction == "decrease" ? 1 - beats : beats);
    }

    private Dictionary<string, T> ByVariant<T>(Func<int, T> value) => Enumerable.Range(0, _experiment.Variants.Count)
        .ToDictionary(v => _experiment.Variants[v].Key, value);
}

/// <summary>The sequential test of one comparison as the API gives it.</summary>
internal static class SequentialFigures
{
    public static SequentialView Of(KpiType type, bool hasCovariate, ComparisonLook comparison)
    {
        var state = comparison.State;
        var level = 1 - comparison.Alpha;
        return new SequentialView(
            comparison.Method ?? PairPlan.Method(type),
            comparison.Look.Evidence.LogEvidence,
            comparison.LogEvidenceAdjusted,
            comparison.PValue,
            comparison.Alpha,
            comparison.Look.Evidence.T,
            comparison.Look.Users,
            IntervalView.Of(state.Difference.Value, level),
            IntervalView.Of(state.RelativeLift.Value, level),
            comparison.Decision)
        {
            ExplainedIn = comparison.Method is null ? Page(type, hasCovariate) : "docs/stats/bandit-proof.md",
            UnstableEffect = state.Difference.IsUnstable || state.RelativeLift.IsUnstable,
        };
    }

    private static string Page(KpiType type, bool hasCovariate) => "docs/stats/" + type switch
    {
        KpiType.Proportion => "proportion-evidence.md",
        KpiType.Ratio => "ratio-of-sums.md",
        _ when hasCovariate => "cuped.md",
        _ => "mean-evidence.md",
    };
}
