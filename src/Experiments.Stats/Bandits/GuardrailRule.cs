namespace Experiments.Stats.Bandits;

/// <summary>What a bandit's guardrails say of one arm.</summary>
/// <param name="Arm">Number of the arm.</param>
/// <param name="HasStopped">True once a guardrail froze the arm: only a human brings it back.</param>
/// <param name="LogNonInferior">ln E that the arm is worse by less than the guardrail's margin; null for a guardrail without a margin.</param>
public readonly record struct GuardrailReading(int Arm, bool HasStopped, double? LogNonInferior);

/// <summary>When a guardrail KPI freezes an arm of a bandit: at any update, not only at whole cycles.</summary>
/// <remarks>
/// <para>Formula: ln E of harm (<see cref="SplitProcess.LogHarm"/>, or the score process) &gt;= ln((K - 1) G/alpha).</para>
/// <para>Reference: Ville 1939; union bound over arms and guardrails.</para>
/// <para>Assumes: nothing beyond the processes. Frozen arms' users go to the control; safety beats stickiness.</para>
/// <para>Accuracy: exact to the rounding of one logarithm; that of the evidence is its process's.</para>
/// </remarks>
public static class GuardrailRule
{
    /// <summary>Usual probability of ever freezing any harmless arm.</summary>
    public const double UsualAlpha = 0.01;

    /// <summary>ln E of harm that freezes an arm.</summary>
    /// <param name="treatments">K - 1, at least 1.</param>
    /// <param name="guardrails">G, at least 1.</param>
    /// <param name="alpha">Probability of ever freezing any harmless arm, in (0, 0.5].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static double LogThreshold(int treatments, int guardrails, double alpha = UsualAlpha)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(treatments, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(guardrails, 1);
        return Math.Log(treatments * (double)guardrails / Require.Alpha(alpha));
    }
}
