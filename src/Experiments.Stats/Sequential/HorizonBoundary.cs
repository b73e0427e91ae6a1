using System.Collections.Concurrent;
using Experiments.Stats.Numerics;

namespace Experiments.Stats.Sequential;

/// <summary>The fixed line that the score of one side has to reach before the planned horizon.</summary>
/// <param name="Line">c: height in standard deviations at the horizon; infinite when the side has no line.</param>
/// <param name="CrossingProbability">q = 2 Q(c): chance to reach it before the horizon when nothing is true.</param>
public readonly record struct BoundarySide(double Line, double CrossingProbability)
{
    /// <summary>False for a side of weight 0: its part of the evidence is 0 at every look.</summary>
    public bool HasLine => CrossingProbability > 0;
}

/// <summary>Lines of both sides of a plan.</summary>
/// <remarks>
/// <para>Formula: c solves s/2 sum_k pi_k exp(th_k c - th_k^2/2) + s/(4 Q(c)) = 1/alpha with s the side's weight and
/// th_k = 2.8 (0.7, 1.2, 2, 4), pi = (0.30, 0.35, 0.25, 0.10); then q = 2 Q(c): evidence reaches 1/alpha where the score
/// reaches the line at the horizon.</para>
/// <para>Reference: Levy's reflection principle; the mixture is Robbins 1970, Annals of Mathematical Statistics 41.</para>
/// <para>Accuracy: 1e-12 relative on c, 1e-9 on q (stats_vectors.json, boundary).</para>
/// </remarks>
/// <param name="Up">Line of a rise.</param>
/// <param name="Down">Line of a fall.</param>
public readonly record struct HorizonBoundary(BoundarySide Up, BoundarySide Down)
{
    private const int CacheLimit = 4096;
    private static readonly ConcurrentDictionary<(double Alpha, double Weight), BoundarySide> Cache = new();

    // A report asks for one plan many times in a row.
    [ThreadStatic]
    private static (double Alpha, double Up, HorizonBoundary Boundary) _latest;

    /// <summary>Lines of a plan, from the cache when they were asked before.</summary>
    /// <param name="alpha">Error budget, in (0, 0.5].</param>
    /// <param name="up">Weight of the upward side, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static HorizonBoundary For(double alpha, double up)
    {
        if (_latest.Alpha != alpha || _latest.Up != up || alpha == 0)
        {
            _latest = (alpha, up, new HorizonBoundary(Side(alpha, up), Side(alpha, 1 - up)));
        }

        return _latest.Boundary;
    }

    /// <summary>Line of one side, from the cache when it was asked before.</summary>
    /// <param name="alpha">Error budget, in (0, 0.5].</param>
    /// <param name="sideWeight">Weight of the side, in [0, 1]; at 0 the side has no line.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is NaN or outside its range.</exception>
    public static BoundarySide Side(double alpha, double sideWeight)
    {
        Require.Alpha(alpha);
        Require.Probability(sideWeight);
        if (Cache.TryGetValue((alpha, sideWeight), out var side))
        {
            return side;
        }

        if (Cache.Count >= CacheLimit)
        {
            Cache.Clear();
        }

        return Cache[(alpha, sideWeight)] = Solve(alpha, sideWeight);
    }

    private static BoundarySide Solve(double alpha, double weight)
    {
        // Only extreme budgets and weights need the second bracket; beyond it no line is worth having.
        var high = Height(10, weight) >= 1 / alpha ? 10.0 : 37.0;
        if (weight == 0 || Height(high, weight) < 1 / alpha)
        {
            return new BoundarySide(double.PositiveInfinity, 0);
        }

        var low = 0.0;
        for (var step = 0; step < 200 && high - low > 0; step++)
        {
            var middle = 0.5 * (low + high);
            if (middle <= low || middle >= high)
            {
                break;
            }

            if (Height(middle, weight) < 1 / alpha)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return new BoundarySide(high, 2 * SpecialMath.NormalSurvival(high));
    }

    private static double Height(double line, double weight) =>
        (0.5 * weight * Math.Exp(EvidenceMixture.LogNormalBayesFactor(line, 1)))
        + (0.25 * weight / SpecialMath.NormalSurvival(line));
}
