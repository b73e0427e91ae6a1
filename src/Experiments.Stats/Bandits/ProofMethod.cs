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
/// <remarks>
/// <para>Formula: split for a proportion with conversions &lt;= 0.2 users, all arms together; score otherwise.</para>
/// <para>Reference: ter Schure, Perez-Ortiz, Ly, Gruenwald 2024 (the split loses a factor 1 - rate of the information).</para>
/// <para>Assumes: chosen once, blind to the arms, at the end of burn-in; never again.</para>
/// <para>Accuracy: exact.</para>
/// </remarks>
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
