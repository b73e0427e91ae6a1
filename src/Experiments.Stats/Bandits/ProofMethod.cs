namespace Experiments.Stats.Bandits;

/// <summary>Which process proves an arm of a bandit; frozen at the end of burn-in.</summary>
public enum ProofMethod
{
    /// <summary>Exact, from how conversions split: proportions up to a pooled rate of 20 %.</summary>
    Split,

    /// <summary>Large-sample score: means, ratios, rates above 20 %.</summary>
    Score,
}

/// <summary>Which method is frozen at the end of burn-in.</summary>
public static class ProofMethodRule
{
    /// <summary>Method from the KPI and the pooled rate of all arms: above 20 % the split loses too much information.</summary>
    /// <param name="kind">How values are modelled.</param>
    /// <param name="users">Users of all arms at the end of burn-in, zero or more.</param>
    /// <param name="conversions">Their conversions, zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is NaN or negative.</exception>
    public static ProofMethod Choose(KpiKind kind, double users, double conversions) =>
        kind == KpiKind.Proportion && Require.NonNegative(conversions) <= SplitProcess.HighestRate * Require.NonNegative(users)
            ? ProofMethod.Split
            : ProofMethod.Score;
}
