namespace Experiments.Stats.Sequential;

/// <summary>Two one-sided tests of a KPI that must not suffer: is it proved harmless, is it proved harmful?</summary>
/// <remarks>
/// <para>Formula: null ratio rho = 1 - margin for a KPI where more is better, 1 + margin where less is better. Harmless: ln E
/// of a plan at alpha 0.05 on the good side; harmful: one at 0.05/number of guardrails on the bad side. Each plan has its own
/// lines and its own <see cref="TestState"/>; counts are never swapped.</para>
/// <para>Reference: Ville 1939; intersection-union tests (Berger 1982): requiring several successes together needs no
/// correction, alarms are split.</para>
/// <para>Assumes: what the test of the guardrail's kind assumes; the margin is frozen before the first look.</para>
/// <para>Accuracy: that of the test that runs it.</para>
/// </remarks>
/// <param name="NullHypothesis">Edge of the margin.</param>
/// <param name="Harmless">Plan whose ln E &gt;= <see cref="SequentialPlan.LogThreshold"/> proves the KPI unharmed.</param>
/// <param name="Harmful">Plan whose ln E &gt;= its threshold proves harm beyond the margin.</param>
public sealed record GuardrailPlan(NullHypothesis NullHypothesis, SequentialPlan Harmless, SequentialPlan Harmful)
{
    /// <summary>Usual relative margin.</summary>
    public const double UsualMargin = 0.02;

    private const double Alpha = 0.05;

    /// <summary>Plans of one guardrail.</summary>
    /// <param name="margin">Relative worsening tolerated, strictly between 0 and 1. Usual: 0.02.</param>
    /// <param name="higherIsBetter">False for a KPI that should stay low, such as errors.</param>
    /// <param name="guardrails">Number of guardrails of the experiment, at least 1.</param>
    /// <param name="horizonUsers">Planned units of the pair: those of the primary KPI.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static GuardrailPlan Create(double margin, bool higherIsBetter, int guardrails, double horizonUsers)
    {
        Require.OpenUnit(margin);
        ArgumentOutOfRangeException.ThrowIfLessThan(guardrails, 1);
        Require.Positive(horizonUsers);
        var good = higherIsBetter ? 1 : 0;
        return new GuardrailPlan(
            NullHypothesis.OfRatio(higherIsBetter ? 1 - margin : 1 + margin),
            new SequentialPlan(Alpha, good, horizonUsers),
            new SequentialPlan(Alpha / guardrails, 1 - good, horizonUsers));
    }
}
