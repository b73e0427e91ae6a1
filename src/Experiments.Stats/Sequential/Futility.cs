using Experiments.Stats.Numerics;

namespace Experiments.Stats.Sequential;

/// <summary>Stops a test that is not worth waiting for: its chance to find anything before the horizon is small.</summary>
/// <remarks>
/// <para>Formula: with th = x/max(t, 1/4) and h = c - x, chance = Q((h - th(1-t))/sqrt(1-t)) + exp(2 th h)
/// Q((h + th(1-t))/sqrt(1-t)): a Brownian motion with the shrunk drift reaches the line before t = 1. Declared rise: the upper
/// line; declared fall: the lower one with -x; no direction: the larger of both. Futile below 5 % from t = 1/2 on.</para>
/// <para>Reference: Lan, Simon, Halperin 1982 (stochastic curtailment); Siegmund 1985, "Sequential analysis", chapter 3.</para>
/// <para>Assumes: nothing for validity: stopping early never adds error.</para>
/// <para>Accuracy: measured 3e-16 absolute against 50 digits, t from 0.02 to 0.99.</para>
/// </remarks>
public static class Futility
{
    private const double LeastChance = 0.05;
    private const double FromShare = 0.5;
    private const double LeastShareForDrift = 0.25;

    /// <summary>Chance that the score reaches the plan's line before the horizon.</summary>
    /// <param name="plan">Frozen plan.</param>
    /// <param name="x">Score of the look (<see cref="Evidence.X"/>).</param>
    /// <param name="t">Information share of the look (<see cref="Evidence.T"/>), zero or more.</param>
    /// <returns>Probability in [0, 1]; 1 at or over the line, 0 from the horizon on.</returns>
    /// <exception cref="ArgumentOutOfRangeException">x is not finite or t is negative or not finite.</exception>
    public static double ChanceToCross(SequentialPlan plan, double x, double t)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Require.Finite(x);
        Require.NonNegative(t);
        var up = plan.Up >= 0.5 ? Chance(plan.Boundary.Up, x, t) : 0;
        var down = plan.Up <= 0.5 ? Chance(plan.Boundary.Down, -x, t) : 0;
        return Math.Max(up, down);
    }

    /// <summary>Whether waiting is not worth it: from half the horizon to its end, chance under 5 %.</summary>
    /// <param name="plan">Frozen plan.</param>
    /// <param name="x">Score of the look.</param>
    /// <param name="t">Information share of the look, zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">x is not finite or t is negative or not finite.</exception>
    public static bool IsFutile(SequentialPlan plan, double x, double t) =>
        ChanceToCross(plan, x, t) < LeastChance && t is >= FromShare and < 1;

    private static double Chance(BoundarySide side, double x, double t)
    {
        if (!side.HasLine || t >= 1)
        {
            return 0;
        }

        var height = side.Line - x;
        if (height <= 0)
        {
            return 1;
        }

        var drift = x / Math.Max(t, LeastShareForDrift);
        var (left, root) = (1 - t, Math.Sqrt(1 - t));
        var direct = SpecialMath.NormalSurvival((height - (drift * left)) / root);
        var reflected = Math.Exp(
            (2 * drift * height) + SpecialMath.LogNormalSurvival((height + (drift * left)) / root));
        return Math.Clamp(direct + reflected, 0, 1);
    }
}
