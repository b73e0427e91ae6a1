using Experiments.Api.Catalog;
using Experiments.Api.Events.Ledger;
using Experiments.Api.Results.Figures;
using Experiments.Stats;
using Experiments.Stats.Bandits;
using Experiments.Stats.Quality;

namespace Experiments.Api.Promotion;

/// <summary>A best practice against its holdback at one time: users first exposed since its promotion, never in its experiment. Pure.</summary>
internal sealed class PracticeLook
{
    private const int Arm = 1;

    private readonly BestPractice _practice;
    private readonly TargetMoments _moments;
    private readonly EpochRows _rows;
    private readonly DateTimeOffset _now;
    private readonly bool _isProportion;

    public PracticeLook(BestPractice practice, TargetMoments moments, DateTimeOffset now)
    {
        (_practice, _moments, _now) = (practice, moments, now);
        _isProportion = practice.Kpi.Type == "proportion";
        _rows = new EpochRows(moments, [0, Arm], [.. Stretches(practice)], practice.ValidFrom, now);
        Mature = _rows.Mature(0, hasCovariate: false);
        Harm = HarmReading.Of(practice, Mature, ClosedCycles, IsGoodUp);
    }

    /// <summary>Mature users by epoch and day; arm 0 is the holdback.</summary>
    public IReadOnlyList<EpochRow> Mature { get; }

    public HarmReading Harm { get; }

    public bool IsGoodUp => _practice.Kpi.Direction != "decrease";

    /// <summary>Whole cycles whose users have all matured. A user counts on the UTC day on which he matures.</summary>
    public int ClosedCycles => Math.Max(0, ((int)Math.Floor(_rows.NowDays) - WindowDays - 1) / _practice.Settings.WholeCycleDays);

    /// <summary>When the next cycle closes.</summary>
    public DateTimeOffset NextClose => new DateTimeOffset(_practice.ValidFrom.UtcDateTime.Date, TimeSpan.Zero)
        .AddDays(((ClosedCycles + 1) * _practice.Settings.WholeCycleDays) + WindowDays + 1);

    /// <summary>Whether the two sides got their shares of users; an alarm stops every act.</summary>
    public bool IsHealthy => !SampleRatioMismatch.Check(
    [
        .. _moments.Epochs.Where(id => id < Math.Max(1, _practice.Epochs.Count)).Select(id => new AllocationEpoch(
            Shares(id), new double[] { _moments.Exposed(id, 0), _moments.Exposed(id, 1) })),
    ]).Alarm;

    /// <summary>Evidence for the practice: that of its experiment, fading, renewed by the holdback day by day.</summary>
    public EvidenceStrength Strength()
    {
        var halfLife = _practice.Settings.EvidenceHalfLifeDays;
        var sum = _practice.Proof is { } proof
            ? new EvidenceStrength(proof.Score, proof.Information).Age(Math.Max(0, (_now - _practice.ValidFrom).TotalDays), halfLife)
            : default;
        var today = Math.Floor(_rows.NowDays);
        foreach (var day in Mature.GroupBy(r => r.Day))
        {
            var strength = _isProportion
                ? EvidenceStrength.Of(ArmProof.SplitStrata([.. day], Arm))
                : EvidenceStrength.Of(ScoreProcess.Read(ArmProof.ScoreStrata([.. day], Arm), HarmReading.ScaleOf(Mature)));
            sum += strength.Age(Math.Max(0, today - day.Key - WindowDays), halfLife);
        }

        return sum;
    }

    /// <summary>Effect of the practice as its own holdback measures it.</summary>
    public ArmProof Effect() => ArmProof.Of(
        _isProportion ? ProofMethod.Split : ProofMethod.Score, Mature.Count == 0 ? [Empty] : Mature, Arm, IsGoodUp, 0.05, HarmReading.ScaleOf(Mature));

    /// <summary>What it has brought since the promotion, in money; null where the KPI is none.</summary>
    public PracticeValue? Money()
    {
        if (_practice.Kpi.Unit is null || (_isProportion && _practice.Kpi.ValuePerConversion is null) || Mature.Count == 0) return null;
        PracticeValue value;
        if (_isProportion)
        {
            var strata = ArmProof.SplitStrata(Mature, Arm);
            value = PracticeValue.OfProportion(
                strata.Sum(s => s.ArmConversions), SplitProcess.LogRatio(strata), SplitProcess.LogRatioInterval(strata, 0.05),
                _practice.Kpi.ValuePerConversion!.Value);
        }
        else
        {
            var reading = ScoreProcess.Read(ArmProof.ScoreStrata(Mature, Arm), HarmReading.ScaleOf(Mature));
            value = PracticeValue.OfMean(Mature.Sum(r => r.Arms[Arm].Users), reading.Effect, reading.EffectInterval(0.05), 1);
        }

        return IsGoodUp ? value : new PracticeValue(-value.Money, new Interval(-value.Interval.Upper, -value.Interval.Lower));
    }

    /// <summary>ln E that the practice harms a guardrail, at most over all of them, with its KPI; 0 without guardrails.</summary>
    public (string? Kpi, double LogHarm) WorstGuardrail()
    {
        var worst = (Kpi: default(string), LogHarm: 0.0);
        for (var i = 0; i < _practice.GuardrailKpis.Count; i++)
        {
            var kpi = _practice.GuardrailKpis[i];
            var rows = _rows.Mature(i + 1, hasCovariate: false);
            if (rows.Count == 0) continue;
            var isProportion = kpi.Type == "proportion";
            var proof = ArmProof.Of(
                isProportion ? ProofMethod.Split : ProofMethod.Score, rows, Arm, kpi.Direction != "decrease", 0.05, HarmReading.ScaleOf(rows));
            if (proof.CanDecide && proof.LogHarm > worst.LogHarm) worst = (kpi.Key, proof.LogHarm);
        }

        return worst;
    }

    /// <summary>ln E from which a guardrail demotes.</summary>
    public double GuardrailThreshold => GuardrailRule.LogThreshold(1, Math.Max(1, _practice.GuardrailKpis.Count), _practice.Settings.GuardrailAlpha);

    private static EpochRow Empty { get; } = new(0, 0, 0, [500, 9_500], [default, default]);

    private int WindowDays => (int)Math.Ceiling(_moments.Layout.Kpis[0].WindowTicks / (double)TimeSpan.TicksPerDay);

    private double[] Shares(int epoch)
    {
        var buckets = Stretches(_practice).ElementAt(epoch).Buckets;
        return [buckets[0], buckets[1]];
    }

    // A practice written before its holdback could change has no epochs: its one share then holds from the start.
    private static IEnumerable<TableStretch> Stretches(BestPractice practice) => practice.Epochs.Count > 0
        ? practice.Epochs.Select(e => new TableStretch(e.StartedAt, [e.HoldbackBuckets, 10_000 - e.HoldbackBuckets]))
        : [Stretch(practice)];

    private static TableStretch Stretch(BestPractice practice)
    {
        var buckets = SnapshotBuilder.HoldbackBuckets(practice.Holdback);
        return new TableStretch(practice.ValidFrom, [buckets, 10_000 - buckets]);
    }
}
