namespace Experiments.Stats.Bandits;

/// <summary>Whether personalisation itself is worth it: users served by segment against a permanent share served the best single table.</summary>
/// <remarks>
/// <para>Formula: split process of personalised (arm) against champion (control), pi the personalised share; proved at ln E &gt;= ln 20, switched
/// off at ln E of harm &gt;= ln 20.</para>
/// <para>Reference: ter Schure et al. 2024; Ville 1939.</para>
/// <para>Assumes: the champion's users are a random share, drawn before any attribute is read.</para>
/// </remarks>
/// <param name="LogBetter">ln E that personalisation is better.</param>
/// <param name="LogHarm">ln E that it is worse.</param>
public readonly record struct ChampionProof(double LogBetter, double LogHarm)
{
    /// <summary>Usual share of users served the best single table.</summary>
    public const double ChampionShare = 0.10;

    private static readonly double LogThreshold = Math.Log(20);

    /// <summary>Personalisation is proved better than the best single table.</summary>
    public bool IsProved => LogBetter >= LogThreshold;

    /// <summary>Personalisation stays on: it is not proved harmful.</summary>
    public bool StaysOn => LogHarm < LogThreshold;

    /// <summary>Proof from how conversions split.</summary>
    /// <param name="strata">Mature converters by row: personalised as arm, champion as control.</param>
    /// <param name="increaseIsGood">False for a KPI that should fall.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share is outside [0, 1], or a count NaN or negative.</exception>
    public static ChampionProof Of(ReadOnlySpan<SplitStratum> strata, bool increaseIsGood) =>
        new(SplitProcess.LogBetter(strata, increaseIsGood), SplitProcess.LogHarm(strata, increaseIsGood));
}
