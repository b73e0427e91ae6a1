using Experiments.Stats.Numerics;

namespace Experiments.Stats.Bandits;

/// <summary>Score of a pair of arms at one look: what evidence, effect and interval are computed from.</summary>
/// <param name="Score">S: weighted excess of the arm's values over the control's; units of the KPI.</param>
/// <param name="Variance">V of the score if the arm does nothing; squared units.</param>
/// <param name="Exposure">D: what one unit of effect adds to the score, in users.</param>
/// <param name="Scale">Frozen scale; null: no evidence yet.</param>
/// <param name="LeastUsers">Users of the smaller arm.</param>
/// <param name="LeastNonZeroUsers">Users with a value not 0 in the smaller arm.</param>
public readonly record struct ScoreReading(
    double Score, double Variance, double Exposure, ScoreScale? Scale, double LeastUsers, double LeastNonZeroUsers)
{
    private const double NarrowEffect = 0.1;
    private const double WideEffect = 0.3;

    /// <summary>Users and users with a value that both arms need before the process may decide: it is a large-sample method.</summary>
    public const double LeastToDecide = 100;

    /// <summary>Whether both arms are large enough to decide.</summary>
    public bool CanDecide => LeastUsers >= LeastToDecide && LeastNonZeroUsers >= LeastToDecide && Scale is not null;

    /// <summary>Estimated difference of the means, S/D, units of the KPI; null while D is 0.</summary>
    public double? Effect => Exposure > 0 ? Score / Exposure : null;

    /// <summary>Evidence that the arm's mean exceeds (Up) or falls short of (Down) the control's by more than a difference.</summary>
    /// <param name="direction">Side of the alternative.</param>
    /// <param name="nullDifference">Null, units of the KPI; 0 is no effect.</param>
    /// <returns>ln E, natural; 0 while the scale is not frozen.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The null is NaN or infinite.</exception>
    public double LogEvidence(Direction direction, double nullDifference = 0)
    {
        Require.Finite(nullDifference);
        if (Scale is not { } scale)
        {
            return 0;
        }

        var score = (direction == Direction.Up ? 1 : -1) * (Score - (nullDifference * Exposure));
        return SpecialMath.LogAdd(LogFactor(score, scale.Precision(NarrowEffect)), LogFactor(score, scale.Precision(WideEffect)));
    }

    /// <summary>Evidence that the arm is worse by less than a margin of the frozen mean.</summary>
    /// <param name="margin">Relative worsening tolerated, strictly between 0 and 1.</param>
    /// <param name="increaseIsGood">False for a KPI that should fall.</param>
    /// <exception cref="ArgumentOutOfRangeException">The margin is NaN or outside its range.</exception>
    public double LogNonInferior(double margin, bool increaseIsGood)
    {
        var edge = Require.OpenUnit(margin) * (Scale?.Mean ?? 0);
        return increaseIsGood ? LogEvidence(Direction.Up, -edge) : LogEvidence(Direction.Down, edge);
    }

    /// <summary>Confidence sequence of the difference of the means.</summary>
    /// <param name="alpha">Probability of ever missing the truth, in (0, 0.5]. Usual: 0.05.</param>
    /// <returns>Units of the KPI; unbounded while nothing is known.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The level is NaN or outside its range.</exception>
    public Interval EffectInterval(double alpha)
    {
        Require.Alpha(alpha);
        if (Scale is not { } scale || !(Exposure > 0))
        {
            return Interval.Unbounded;
        }

        var precision = scale.Precision(NarrowEffect);
        var growth = Variance / precision;
        var half = Math.Sqrt((Variance + precision) * (SpecialMath.Log1p(growth) - (2 * Math.Log(alpha))));
        return new Interval((Score - half) / Exposure, (Score + half) / Exposure);
    }

    // ln of 1/2 [2 sqrt(rho/(V + rho)) exp(z^2/2) Phi(z)], z = S/sqrt(V + rho).
    private double LogFactor(double score, double precision) =>
        (-0.5 * SpecialMath.Log1p(Variance / precision)) + SpecialMath.LogScaledNormalCdf(score / Math.Sqrt(Variance + precision));
}
