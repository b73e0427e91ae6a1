namespace Experiments.Calibration.Methods;

/// <summary>Wald's likelihood-ratio test told the true effect, upper boundary 1/alpha: no one knows the effect, hence a limit.</summary>
/// <remarks>
/// <para>Rule: reject when exp(th x - th^2 t/2) &gt;= 1/0.05, one-sided, th the true effect at the horizon; cut off at the horizon
/// in the tables of power.</para>
/// <para>Optimal for the time to a decision, not for power within a fixed horizon: for effects too small for the horizon a
/// test that aims at the horizon finds more.</para>
/// <para>References: Wald (1945), "Sequential tests of statistical hypotheses", Annals of Mathematical Statistics 16(2), 117-186;
/// Wald, Wolfowitz (1948), "Optimum character of the sequential probability ratio test", same journal 19(3), 326-339.</para>
/// </remarks>
internal sealed class WaldSprt : ICompetitor
{
    public string Name => "Wald's SPRT, effect known";

    public bool Rejects(in Glance glance) =>
        (glance.Effect * glance.Score) - (0.5 * glance.Effect * glance.Effect * glance.Time) >= Math.Log(20);
}
