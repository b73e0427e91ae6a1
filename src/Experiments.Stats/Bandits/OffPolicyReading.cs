namespace Experiments.Stats.Bandits;

/// <summary>What a log says of a candidate policy.</summary>
/// <param name="Users">Users of the log.</param>
/// <param name="InversePropensity">IPS, mean(w y): unbiased, the noisiest.</param>
/// <param name="SelfNormalised">SNIPS, sum(w y)/sum(w): slightly biased, steadier.</param>
/// <param name="DoublyRobust">DR, mean(v + w (y - q)): unbiased, steadier with a good model.</param>
/// <param name="MeanReward">Mean reward of the log's own policy.</param>
/// <param name="EffectiveUsers">ESS = (sum w)^2/sum w^2: users whom the log has for this question.</param>
/// <param name="IsKnown">False: cannot be known from this log. Too few effective conversions, or weights whose mean is not 1 (wrong propensities).</param>
public readonly record struct OffPolicyReading(
    double Users, Estimate InversePropensity, Estimate SelfNormalised, Estimate DoublyRobust, Estimate MeanReward, double EffectiveUsers, bool IsKnown);
