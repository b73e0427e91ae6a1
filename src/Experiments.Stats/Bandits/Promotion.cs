using Experiments.Stats.Numerics;

namespace Experiments.Stats.Bandits;

/// <summary>Whether an arm of a bandit is promoted at this update: a pure function of the epoch table, of whole cycles only.</summary>
/// <remarks>
/// <para>Formula: cycle j = users first exposed up to the end of UTC day j x cycleDays after the day of the start; it closes when all of them
/// are mature, and the proof reads exactly them. Promoted: the leader b by posterior mean, ln E(b better) &gt;= ln((K - 1)/alpha), relative loss
/// small, enough days, health, guardrails, and b above the control in the last cycle. No winner: every active treatment's interval at
/// 1 - alpha/(K - 1) ends below the least worthwhile lift.</para>
/// <para>Reference: Ville 1939; Bonferroni over treatments; ter Schure et al. 2024.</para>
/// <para>Assumes: exact for arms that are nowhere better than the control. For an arm that is better on some days and worse on others whole
/// cycles keep wrong promotions at 1 to 2 % where daily looks promote 11 to 94 % (docs/calibration.md).</para>
/// <para>Accuracy: that of the proofs.</para>
/// </remarks>
public static class Promotion
{
    /// <summary>Judges this update.</summary>
    /// <param name="rule">Frozen rule.</param>
    /// <param name="input">Table, leader, health, guardrails.</param>
    /// <exception cref="ArgumentException">Lists of different lengths.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A cell, day or scale is NaN or outside its range.</exception>
    public static PromotionReading Judge(PromotionRule rule, PromotionInput input)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(input);
        var threshold = rule.LogThreshold(input.TreatmentsEverStarted);
        var cycle = Math.Max(0, input.MatureThroughDay / rule.CycleDays);
        if (cycle <= input.LastCycle || input.Rows.Count == 0)
        {
            return new PromotionReading(PromotionReason.CycleOpen, Math.Max(cycle, input.LastCycle), null, threshold, [], input.Update.RelativeLoss);
        }

        var arms = input.Rows[0].Arms.Count;
        EpochRow.Validate(input.Rows, arms, nameof(input));
        Require.SameLength(input.Active?.Count ?? arms, arms, nameof(input));
        Require.SameLength(input.Scales?.Count ?? arms, arms, nameof(input));
        EpochRow[] closed = [.. input.Rows.Where(r => r.Day <= cycle * rule.CycleDays)];
        ArmProof[] proofs = [.. Enumerable.Range(1, arms - 1).Select(arm => ArmProof.Of(
            rule.Method, closed, arm, rule.IncreaseIsGood, rule.Alpha / input.TreatmentsEverStarted, input.Scales?[arm]))];
        var leader = input.Update.Leader is { } best and > 0 ? best : default(int?);
        if (leader >= arms)
        {
            throw new ArgumentException($"The leader is arm {leader}, the table has {arms} arms.", nameof(input));
        }

        var reason = HasNoWinner(rule, input, proofs) ? PromotionReason.NoWinner
            : leader is not { } arm ? PromotionReason.ControlLeads
            : input.Active?[arm] == false ? PromotionReason.ArmInactive
            : Leader(rule, input, closed, proofs[arm - 1], cycle, threshold);
        return new PromotionReading(reason, cycle, leader, threshold, proofs, input.Update.RelativeLoss);
    }

    /// <summary>Days until a lift can be expected to be proved: (ln((K - 1)/alpha) + 2)/g, g = daily conversions x pi (1 - pi) theta^2/2.</summary>
    /// <param name="rule">Frozen rule.</param>
    /// <param name="treatmentsEverStarted">K - 1, at least 1.</param>
    /// <param name="dailyPairConversions">Conversions a day of the arm and the control together, zero or more.</param>
    /// <param name="armShare">pi of the pair, in [0, 1].</param>
    /// <param name="liftHopedFor">Relative lift hoped for, above -1; its size counts.</param>
    /// <returns>Days from the start; null when nothing would ever be proved.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static double? DaysToProve(
        PromotionRule rule, int treatmentsEverStarted, double dailyPairConversions, double armShare, double liftHopedFor)
    {
        ArgumentNullException.ThrowIfNull(rule);
        Require.NonNegative(dailyPairConversions);
        Require.Probability(armShare);
        if (!(liftHopedFor > -1) || !double.IsFinite(liftHopedFor))
        {
            throw Require.Refused(nameof(liftHopedFor), liftHopedFor, "must be finite and above -1");
        }

        var theta = SpecialMath.Log1p(liftHopedFor);
        var growth = dailyPairConversions * armShare * (1 - armShare) * theta * theta / 2;
        var days = (rule.LogThreshold(treatmentsEverStarted) + 2) / growth;
        return double.IsFinite(days) ? days : null;
    }

    private static bool HasNoWinner(PromotionRule rule, PromotionInput input, ArmProof[] proofs)
    {
        var any = false;
        foreach (var proof in proofs)
        {
            if (input.Active is null || input.Active[proof.Arm])
            {
                any = true;
                if (!proof.CanDecide || !(proof.MostGained(rule.IncreaseIsGood) < rule.MinimumWorthwhileLift))
                {
                    return false;
                }
            }
        }

        return any && input.IsHealthy;
    }

    private static PromotionReason Leader(
        PromotionRule rule, PromotionInput input, EpochRow[] closed, ArmProof proof, int cycle, double threshold)
    {
        var guardrails = input.Guardrails.Where(g => g.Arm == proof.Arm).ToArray();
        return cycle * rule.CycleDays < rule.MinimumDays ? PromotionReason.TooEarly
            : !input.IsHealthy ? PromotionReason.Unhealthy
            : guardrails.Any(g => g.HasStopped) ? PromotionReason.GuardrailStopped
            : !proof.CanDecide ? PromotionReason.TooFewUsers
            : !(proof.LogBetter >= threshold) ? PromotionReason.EvidenceShort
            : !(input.Update.RelativeLoss <= rule.MaximumRelativeLoss) ? PromotionReason.LossTooLarge
            : guardrails.Any(g => g.LogNonInferior < -Math.Log(rule.Alpha)) ? PromotionReason.GuardrailUnproved
            : !IsAbove(rule, closed, proof.Arm, cycle, input.Scales?[proof.Arm]) ? PromotionReason.Faded
            : PromotionReason.Promoted;
    }

    private static bool IsAbove(PromotionRule rule, EpochRow[] closed, int arm, int cycle, ScoreScale? scale)
    {
        // The partial first day belongs to the first cycle.
        var last = cycle > 1 ? (cycle - 1) * rule.CycleDays : -1;
        if (rule.Method == ProofMethod.Split)
        {
            var ratio = SplitProcess.LogRatio(ArmProof.SplitStrata([.. closed.Where(r => r.Day > last)], arm));
            return rule.IncreaseIsGood ? ratio > 0 : ratio < 0;
        }

        // The last cycle's part of the score, around the means of all that came before it.
        var all = ScoreProcess.Read(ArmProof.ScoreStrata(closed, arm), scale);
        var earlier = ScoreProcess.Read(ArmProof.ScoreStrata([.. closed.Where(r => r.Day <= last)], arm), scale);
        var (score, exposure) = (all.Score - earlier.Score, all.Exposure - earlier.Exposure);
        return exposure > 0 && (rule.IncreaseIsGood ? score > 0 : score < 0);
    }
}
