namespace Experiments.Stats.Bandits;

/// <summary>What one step of a bandit gives: the next table, and what it rests on.</summary>
/// <param name="Buckets">Buckets by arm, 10,000 in all; equal to the old ones when there is no new epoch.</param>
/// <param name="Reason">Why.</param>
/// <param name="ProbabilityBest">P(best) by arm, 0 for an arm that is inactive or too young; null while nothing is known.</param>
/// <param name="Posteriors">What is believed of the arms; null before the first conversion.</param>
/// <param name="Leader">Active arm of the largest posterior mean, ties to the lowest; null while nothing is known.</param>
/// <param name="RelativeLoss">Relative loss of choosing the leader, a fraction; null while nothing is known.</param>
public sealed record BanditUpdate(
    IReadOnlyList<int> Buckets, AllocationReason Reason, IReadOnlyList<double>? ProbabilityBest, ArmPosteriors? Posteriors,
    int? Leader, double? RelativeLoss);
