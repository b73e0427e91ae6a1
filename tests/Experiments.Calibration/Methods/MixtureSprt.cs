namespace Experiments.Calibration.Methods;

/// <summary>Mixture SPRT with a normal mixture as wide as the effect the horizon is planned for (2.8 standard deviations), two-sided.</summary>
/// <remarks>
/// <para>Rule: reject when Lambda = (1 + tau^2 t)^(-1/2) exp(tau^2 x^2/(2 (1 + tau^2 t))) &gt;= 1/0.05, with score x at time t.</para>
/// <para>Reference: Johari, Koomen, Pekelis, Walsh (2022), "Always valid inference: continuous monitoring of A/B tests",
/// Operations Research 70(3), 1806-1821; the mixture is Robbins (1970), Annals of Mathematical Statistics 41(5).</para>
/// </remarks>
internal sealed class MixtureSprt : ICompetitor
{
    private const double Variance = 2.8 * 2.8;

    public string Name => "mSPRT";

    public bool Rejects(in Glance glance)
    {
        var growth = 1 + (Variance * glance.Time);
        return (Variance * glance.Score * glance.Score / (2 * growth)) - (0.5 * Math.Log(growth)) >= Math.Log(20);
    }
}
