namespace Experiments.Stats.Sequential;

/// <summary>One epoch as every large-sample test sees it: two means, the variances of these means, and the pooled form.</summary>
/// <param name="TreatmentShare">w of the pair, strictly between 0 and 1.</param>
/// <param name="Treatment">Mean (or ratio, or adjusted mean) of the treatment.</param>
/// <param name="Control">That of the control.</param>
/// <param name="PooledVariance">Variance of the difference by the pooled form, 0 where it does not apply.</param>
internal readonly record struct ScoreEpoch(
    double TreatmentShare, ArmEstimate Treatment, ArmEstimate Control, double PooledVariance);

/// <summary>An estimate per arm.</summary>
/// <param name="Users">Units behind it.</param>
/// <param name="Mean">The estimate, units of the metric.</param>
/// <param name="Variance">Variance of the estimate.</param>
internal readonly record struct ArmEstimate(double Users, double Mean, double Variance);
