namespace Experiments.Stats.Bayesian;

/// <summary>Expected losses in the words of a decision: relative, or in money.</summary>
/// <remarks>
/// <para>Formula: relative = loss/control posterior mean; money = loss x value per conversion x units per month.</para>
/// <para>Reference: Stucchio 2015, "Bayesian A/B testing at VWO".</para>
/// <para>Assumes: the loss comes from posteriors of the same units; a month like the ones measured. A read-out.</para>
/// <para>Accuracy: measured 2e-16 relative against 50 digits.</para>
/// </remarks>
public static class ExpectedLoss
{
    /// <summary>Expected loss as a fraction of the control's mean: what a plan's tolerance (usually 1 %) is held against.</summary>
    /// <param name="loss">Expected loss, units of the metric, zero or more.</param>
    /// <param name="controlMean">Posterior mean of the control; its size counts.</param>
    /// <returns>Null when the control's mean is 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static double? Relative(double loss, double controlMean)
    {
        Require.NonNegative(loss);
        Require.Finite(controlMean);
        return controlMean == 0 ? null : loss / Math.Abs(controlMean);
    }

    /// <summary>Expected loss per month in money.</summary>
    /// <param name="loss">Expected loss, units of the metric, zero or more.</param>
    /// <param name="valuePerUnit">Money per unit of the metric (per conversion); any sign.</param>
    /// <param name="monthlyUsers">Units per month, zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static double InMoney(double loss, double valuePerUnit, double monthlyUsers) =>
        Require.NonNegative(loss) * Require.Finite(valuePerUnit) * Require.NonNegative(monthlyUsers);
}
