namespace Experiments.Stats.Bandits;

/// <summary>Which process proves an arm of a bandit; frozen at the end of burn-in.</summary>
public enum ProofMethod
{
    /// <summary>Exact, from how conversions split: proportions up to a pooled rate of 20 %.</summary>
    Split,

    /// <summary>Large-sample score: means, ratios, rates above 20 %.</summary>
    Score,
}
