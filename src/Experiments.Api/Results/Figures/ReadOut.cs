using Experiments.Api.Events.Ledger;
using Experiments.Stats;
using Experiments.Stats.Bandits;
using Experiments.Stats.Bayesian;
using Experiments.Stats.Sequential;

namespace Experiments.Api.Results.Figures;

/// <summary>One variant's figures.</summary>
internal sealed record VariantReadOut(
    long Users, long Conversions, double Sum, double? Mean, double? StandardDeviation, Interval CredibleInterval);

/// <summary>A variant against the control: what explains and prices, never what decides.</summary>
/// <param name="LossIfPromoted">What shipping the variant loses on average, in units of the KPI.</param>
/// <param name="LossIfKept">What keeping the control loses on average.</param>
/// <param name="ControlMean">Posterior mean of the control: the scale of relative losses.</param>
internal sealed record PairReadOut(
    double? Difference, double? RelativeLift, double? ProbabilityBeatsControl, double? LossIfPromoted, double? LossIfKept,
    Interval LiftInterval, double? ControlMean)
{
    /// <summary>Expected loss of shipping as a fraction of the control's mean.</summary>
    public double? RelativeLoss => LossIfPromoted is { } loss && ControlMean is { } mean && mean != 0 ? loss / Math.Abs(mean) : null;
}

/// <summary>A comparison with its variance reduced by a covariate.</summary>
/// <param name="Theta">Slope of the outcome on the covariate, within variants.</param>
/// <param name="VarianceReduction">Share of the variance taken away.</param>
internal sealed record AdjustedReadOut(
    double Difference, double? RelativeLift, double? ProbabilityBeatsControl, Interval LiftInterval, double Theta, double? VarianceReduction);

/// <summary>Bayesian read-outs of one KPI from its sums (docs/stats).</summary>
internal sealed class ReadOut
{
    private const double Level = 0.95;
    private const double NormalQuantile975 = 1.959963984540054;

    private readonly KpiData _data;
    private readonly MomentCell[] _totals;
    private readonly double[] _trials;

    public ReadOut(KpiData data)
    {
        _data = data;
        _totals = [.. Enumerable.Range(0, data.Variants).Select(data.Total)];
        _trials = Trials(data, _totals);
    }

    public KpiType Type => _data.Type;

    public VariantReadOut Variant(int variant)
    {
        var total = _totals[variant];
        var (mean, deviation) = Location(variant);
        return new VariantReadOut(total.Users, total.Conversions, total.Sum.Value, mean, deviation, VariantInterval(variant));
    }

    /// <summary>Mean of a variant alone, without the intervals; null without users.</summary>
    public double? Mean(int variant) => Location(variant).Mean;

    public PairReadOut Pair(int control, int treatment)
    {
        var (c, t) = (Location(control).Mean, Location(treatment).Mean);
        var comparison = Compare(control, treatment);
        return new PairReadOut(
            t - c,
            c > 0 ? (t / c) - 1 : null,
            comparison?.ProbabilityTreatmentBeats,
            comparison?.ExpectedLossOfTreatment,
            comparison?.ExpectedLossOfControl,
            LiftInterval(control, treatment),
            _data.Type == KpiType.Proportion ? Beta(control).Mean : c);
    }

    /// <summary>The same comparison with the variance that a covariate explains taken away (CUPED); null without a covariate.</summary>
    public AdjustedReadOut? AdjustedPair(int control, int treatment)
    {
        if (!_data.HasCovariate) return null;
        var adjustment = Cuped.Adjust([_totals[control].ToBivariate(), _totals[treatment].ToBivariate()]);
        var (c, t) = (adjustment.Adjusted[0], adjustment.Adjusted[1]);
        var comparison = _data.Decrease ? NormalComparison.Compare(t, c) : NormalComparison.Compare(c, t);
        var plain = _totals[control].ToMoments().Variance + _totals[treatment].ToMoments().Variance;
        return new AdjustedReadOut(
            t.Mean - c.Mean,
            c.Mean > 0 ? (t.Mean / c.Mean) - 1 : null,
            comparison?.ProbabilityTreatmentBeats,
            LiftInterval(Posterior(c), Posterior(t)),
            adjustment.Theta,
            plain > 0 ? 1 - ((c.Variance + t.Variance) / plain) : null);
    }

    /// <summary>Observed log lift of a rate with its variance; null where an arm is empty or the KPI is no proportion.</summary>
    public PastEffect? LogLift(int control, int treatment) => _data.Type == KpiType.Proportion
        ? LearnedPrior.LogLift(_totals[control].ToCounts(), _totals[treatment].ToCounts())
        : null;

    /// <summary>Observed log ratio of any KPI with its variance; null where an arm is empty, or a mean does not stand clear of 0.</summary>
    public PastEffect? LogRatio(int control, int treatment)
    {
        if (_data.Type == KpiType.Proportion) return LogLift(control, treatment);
        if (Normal(control) is not { } c || Normal(treatment) is not { } t) return null;
        if (!(c.Mean > 2 * c.StandardDeviation) || !(t.Mean > 2 * t.StandardDeviation)) return null;
        return new PastEffect(
            Math.Log(t.Mean / c.Mean), Math.Pow(c.StandardDeviation / c.Mean, 2) + Math.Pow(t.StandardDeviation / t.Mean, 2));
    }

    /// <summary>P(best) of each variant; null for all while one of them cannot be judged, 0 for those not active.</summary>
    public IReadOnlyList<double?> ProbabilityBest(Func<int, bool> isActive)
    {
        var active = Enumerable.Range(0, _totals.Length).Where(isActive).ToArray();
        double[]? best = null;
        if (_data.Type == KpiType.Proportion)
        {
            best = Stats.Bayesian.ProbabilityBest.Beta([.. active.Select(i => _data.Decrease ? Beta(i).Complement() : Beta(i))]);
        }
        else if (active.Select(Normal).ToArray() is var normals && normals.All(n => n is not null))
        {
            best = Stats.Bayesian.ProbabilityBest.Normal(
                [.. normals.Select(n => _data.Decrease ? n!.Value with { Mean = -n.Value.Mean } : n!.Value)]);
        }

        var result = new double?[_totals.Length];
        for (var i = 0; i < result.Length; i++) result[i] = best is null ? null : 0;
        for (var i = 0; best is not null && i < active.Length; i++) result[active[i]] = best[i];
        return result;
    }

    /// <summary>Posterior mean with "more is better": what a leader is found by.</summary>
    public double? Worth(int variant)
    {
        double? mean = _data.Type == KpiType.Proportion ? Beta(variant).Mean : Location(variant).Mean;
        return _data.Decrease ? -mean : mean;
    }

    private static double[] Trials(KpiData data, MomentCell[] totals)
    {
        double[] plain = [.. totals.Select(t => (double)t.Users)];
        if (data.Epochs.Count < 2 || data.SameWeights || data.Type == KpiType.Ratio) return plain;

        // Counts of epochs with different weights are never pooled as they are: a season would pass for an effect.
        var sums = data.Epochs.Select(e => (IReadOnlyList<double>)[.. e.Cells.Select(c => c.Sum.Value)]).ToList();
        if (sums.Any(epoch => epoch.Any(s => s < 0)) || sums.All(epoch => epoch.All(s => s == 0))) return plain;
        return EffectiveTrials.Compute([.. data.Epochs.Select(e => (IReadOnlyList<double>)[.. e.Cells.Select(c => (double)c.Users)])], sums);
    }

    private (double? Mean, double? StandardDeviation) Location(int variant)
    {
        var total = _totals[variant];
        if (total.Users == 0) return (null, null);
        if (_data.Type == KpiType.Ratio)
        {
            var ratio = RatioOfSums.Estimate(total.ToBivariate());
            return (ratio?.Ratio, ratio is { } r ? Math.Sqrt(r.Variance * total.Users) : null);
        }

        var moments = total.ToMoments();
        var mean = _trials[variant] > 0 ? total.Sum.Value / _trials[variant] : moments.Mean;
        return (mean, total.Users > 1 ? Math.Sqrt(moments.Variance) : null);
    }

    private BetaPosterior Beta(int variant)
    {
        var conversions = (double)_totals[variant].Conversions;
        return new BetaPosterior(1 + conversions, 1 + Math.Max(0, _trials[variant] - conversions));
    }

    private MeanMoments Moments(int variant)
    {
        var moments = _totals[variant].ToMoments();
        return Location(variant).Mean is { } mean ? moments with { Mean = mean } : moments;
    }

    private NormalPosterior? Normal(int variant)
    {
        if (_data.Type == KpiType.Ratio)
        {
            var ratio = RatioOfSums.Estimate(_totals[variant].ToBivariate());
            return ratio is { Variance: > 0 } r ? new NormalPosterior(r.Ratio, Math.Sqrt(r.Variance)) : null;
        }

        return Posterior(Moments(variant));
    }

    private static NormalPosterior? Posterior(MeanMoments moments) =>
        moments.VarianceOfMean > 0 ? new NormalPosterior(moments.Mean, Math.Sqrt(moments.VarianceOfMean)) : null;

    private Comparison? Compare(int control, int treatment)
    {
        // Where less is better the roles change: what is wanted is P(control's value is above the treatment's).
        var (low, high) = _data.Decrease ? (treatment, control) : (control, treatment);
        if (_totals[control].Users == 0 || _totals[treatment].Users == 0) return null;
        return _data.Type switch
        {
            KpiType.Proportion => BetaComparison.Compare(Beta(low), Beta(high)),
            KpiType.Ratio => Normal(low) is { } l && Normal(high) is { } h ? NormalComparison.Compare(l, h) : null,
            _ => NormalComparison.Compare(Moments(low), Moments(high)),
        };
    }

    private Interval VariantInterval(int variant)
    {
        if (_totals[variant].Users == 0) return Interval.Unbounded;
        return _data.Type switch
        {
            KpiType.Proportion => CredibleInterval.OfProportion(Beta(variant), Level),
            KpiType.Ratio => Normal(variant) is { } n
                ? new Interval(n.Mean - (NormalQuantile975 * n.StandardDeviation), n.Mean + (NormalQuantile975 * n.StandardDeviation))
                : Interval.Unbounded,
            _ => CredibleInterval.OfMean(Moments(variant), Level),
        };
    }

    private Interval LiftInterval(int control, int treatment)
    {
        if (_totals[control].Users == 0 || _totals[treatment].Users == 0) return Interval.Unbounded;
        if (_data.Type == KpiType.Proportion) return BetaComparison.RelativeLiftInterval(Beta(control), Beta(treatment), Level);
        return LiftInterval(Normal(control), Normal(treatment));
    }

    private static Interval LiftInterval(NormalPosterior? control, NormalPosterior? treatment)
    {
        if (control is not { } c || treatment is not { } t) return Interval.Unbounded;

        // A relative lift means something only where both means stand clear of zero: the log of their ratio is then near normal.
        if (!(c.Mean > 2 * c.StandardDeviation) || !(t.Mean > 2 * t.StandardDeviation)) return Interval.Unbounded;
        var log = Math.Log(t.Mean / c.Mean);
        var width = NormalQuantile975 * Math.Sqrt(Math.Pow(c.StandardDeviation / c.Mean, 2) + Math.Pow(t.StandardDeviation / t.Mean, 2));
        return new Interval(Math.Exp(log - width) - 1, Math.Exp(log + width) - 1);
    }
}
