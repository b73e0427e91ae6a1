namespace Experiments.Stats.Bandits;

/// <summary>What an update says about promotion.</summary>
/// <param name="Reason">Promoted, no winner, or what is waited for.</param>
/// <param name="Cycle">Whole cycle that the figures rest on; 0 before the first has closed.</param>
/// <param name="Arm">Leader judged; null where the control leads or nothing was judged.</param>
/// <param name="LogThreshold">ln E that the leader needs.</param>
/// <param name="Proofs">Proof by treatment from the closed cycles only; empty where nothing was judged. Intervals at 1 - alpha/(K - 1).</param>
/// <param name="RelativeLoss">Relative loss of the leader, a fraction; null while unknown.</param>
public sealed record PromotionReading(
    PromotionReason Reason, int Cycle, int? Arm, double LogThreshold, IReadOnlyList<ArmProof> Proofs, double? RelativeLoss);
