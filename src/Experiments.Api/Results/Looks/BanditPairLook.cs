using Experiments.Stats;
using Experiments.Stats.Bandits;

namespace Experiments.Api.Results.Looks;

/// <summary>One look at an arm of a bandit against the control: split process, or score process where that is the better proof. Pure.</summary>
internal sealed class BanditPairLook
{
    public const string Split = "split";
    public const string Score = "score";

    private readonly IReadOnlyList<EpochRow> _rows;
    private readonly int _arm;
    private readonly bool _increaseIsGood;
    private readonly SplitStratum[]? _split;
    private readonly ScoreReading? _score;

    /// <param name="data">The experiment and its sums.</param>
    /// <param name="arms">Its sums by epoch and day.</param>
    /// <param name="kpi">Number of the KPI.</param>
    /// <param name="variant">Number of the variant, not the control.</param>
    /// <param name="rows">Mature users, all that the look may read.</param>
    /// <param name="state">What earlier looks have frozen.</param>
    public BanditPairLook(ExperimentData data, ExperimentRows arms, int kpi, int variant, IReadOnlyList<EpochRow> rows, PairState state)
    {
        var frozen = data.Experiment.FrozenKpis[kpi];
        (_rows, _arm, _increaseIsGood) = (rows, arms.ArmOf(variant), frozen.Direction != "decrease");
        Next = Freeze(data, frozen.Type == "proportion", state);
        if (frozen.Type == "proportion" && (Next.Test.Baseline ?? 0) <= SplitProcess.HighestRate)
        {
            Method = Split;
            _split = ArmProof.SplitStrata(rows, _arm);
        }
        else
        {
            Method = Score;
            _score = ScoreProcess.Read(ArmProof.ScoreStrata(rows, _arm), ScaleOf(Next));
        }
    }

    public string Method { get; }

    public PairState Next { get; }

    /// <summary>Mature users of the pair in rows that gave both.</summary>
    public double Users => _rows.Where(r => r.ShareOf(_arm) is > 0 and < 1).Sum(r => r.Arms[0].Users + r.Arms[_arm].Users);

    /// <summary>ln E that the arm is better than the control; 0 while a score rests on too few users to decide.</summary>
    public double LogBetter() => _split is not null
        ? SplitProcess.LogBetter(_split, _increaseIsGood)
        : Decided(_score!.Value.LogEvidence(_increaseIsGood ? Direction.Up : Direction.Down));

    /// <summary>ln E that it does harm.</summary>
    public double LogHarm() => _split is not null
        ? SplitProcess.LogHarm(_split, _increaseIsGood)
        : Decided(_score!.Value.LogEvidence(_increaseIsGood ? Direction.Down : Direction.Up));

    /// <summary>ln E that it is worse by less than a margin.</summary>
    public double LogNonInferior(double margin)
    {
        var open = Math.Clamp(margin, 1e-9, 1 - 1e-9);
        return _split is not null
            ? SplitProcess.LogNonInferior(_split, open, _increaseIsGood)
            : Decided(_score!.Value.LogNonInferior(open, _increaseIsGood));
    }

    /// <summary>Estimate with good counted up: above 0 is better than the control; null without data.</summary>
    public double? Estimate() => (_split is not null ? SplitProcess.LogRatio(_split) : _score!.Value.Effect) is { } effect
        ? _increaseIsGood ? effect : -effect
        : null;

    /// <summary>Confidence sequence of the relative lift.</summary>
    /// <param name="alpha">Probability of ever missing the truth.</param>
    /// <param name="controlMean">Mean of the control; what a difference is divided by.</param>
    public Interval LiftInterval(double alpha, double? controlMean)
    {
        if (_split is not null) return Map(SplitProcess.LogRatioInterval(_split, alpha), end => Math.Exp(end) - 1);
        return controlMean is > 0 ? Map(_score!.Value.EffectInterval(alpha), end => end / controlMean.Value) : Interval.Unbounded;
    }

    /// <summary>Confidence sequence of the difference of the means.</summary>
    /// <param name="alpha">Probability of ever missing the truth.</param>
    /// <param name="lift">Sequence of the lift at the same level.</param>
    /// <param name="controlMean">Mean of the control.</param>
    public Interval DifferenceInterval(double alpha, Interval lift, double? controlMean)
    {
        if (_split is null) return _score!.Value.EffectInterval(alpha);
        return controlMean is { } mean ? Map(lift, end => end * mean) : Interval.Unbounded;
    }

    /// <summary>S and J of the log ratio, on the KPI as measured.</summary>
    public EvidenceStrength Strength() => _split is not null ? EvidenceStrength.Of(_split) : EvidenceStrength.Of(_score!.Value);

    // A score is a large-sample method: before there are enough users its evidence is none.
    private double Decided(double logEvidence) => _score!.Value.CanDecide ? logEvidence : 0;

    private PairState Freeze(ExperimentData data, bool isProportion, PairState state)
    {
        var test = state.Test;
        if (isProportion && test.Baseline is null && PooledRate(data) is { } rate) test = test with { Baseline = rate };
        if (test.Sigma2 is null && FirstTableIsMature(data) && ScoreScale.Of(ArmProof.ScoreStrata(_rows, _arm)) is { } scale)
        {
            test = test with { Mu0 = scale.Mean, Sigma2 = scale.Variance };
        }

        return state with { Test = test };
    }

    // At the end of burn-in, all arms together: then nobody can choose the proof by its result.
    private double? PooledRate(ExperimentData data)
    {
        var arms = Enumerable.Range(0, _rows.Count == 0 ? 0 : _rows[0].Arms.Count).ToList();
        var users = arms.Select(a => _rows.Sum(r => r.Arms[a].Users)).ToList();
        var needed = Math.Max(1, data.Experiment.Bandit?.BurnInUsersPerVariant ?? 1);
        if (users.Count == 0 || users.Any(n => n < needed)) return null;
        return _rows.Sum(r => r.Arms.Sum(a => a.NonZeroUsers)) / users.Sum();
    }

    private bool FirstTableIsMature(ExperimentData data)
    {
        if (data.Experiment.ImportedComplete) return true;
        var first = _rows.Where(r => r.ShareOf(_arm) is > 0 and < 1).Select(r => (int?)r.Epoch).FirstOrDefault();
        if (first is not { } epoch) return false;
        var window = TimeSpan.FromTicks(data.Moments.Layout.Kpis[0].WindowTicks);

        // A table that stays in force would never close: its first day is then enough to take a scale from.
        var closed = epoch + 1 < data.Experiment.Epochs.Count
            ? data.Experiment.Epochs[epoch + 1].StartedAt
            : data.Experiment.Epochs[epoch].StartedAt.AddDays(1);
        return data.Now >= closed + window;
    }

    private static ScoreScale? ScaleOf(PairState state) =>
        state.Test is { Mu0: { } mean, Sigma2: > 0 and var variance } ? new ScoreScale(mean, variance) : null;

    private static Interval Map(Interval interval, Func<double, double> map) => new(
        interval.Lower is { } lower ? map(lower) : null, interval.Upper is { } upper ? map(upper) : null);
}
