using System.Runtime.Intrinsics;
using Experiments.Stats.Numerics;

namespace Experiments.Stats.Sequential;

/// <summary>The parts every evidence is made of: grid of effects, line part D, half-half mixture, latches.</summary>
internal static class EvidenceMixture
{
    /// <summary>Effect, in standard deviations at the horizon, that a fixed test finds with 80 % power.</summary>
    internal const double EffectScale = 2.8;

    internal const int GridSize = 4;
    private const double LogHalf = -0.69314718055994530942;

    // Under it a sum of two plain numbers could lose digits to the end of the range.
    private const double LeastDoob = 1e-290;

    private static readonly Vector256<double> Weights = Vector256.Create(0.30, 0.35, 0.25, 0.10);
    private static readonly Vector256<double> Effects =
        EffectScale * Vector256.Create(Multipliers[0], Multipliers[1], Multipliers[2], Multipliers[3]);

    internal static ReadOnlySpan<double> Multipliers => [0.7, 1.2, 2, 4];

    /// <summary>ln of the weighted sum of the grid's factors, given as logs.</summary>
    internal static double LogMix(Vector256<double> logFactors)
    {
        var top = Math.Max(
            Math.Max(logFactors.GetElement(0), logFactors.GetElement(1)),
            Math.Max(logFactors.GetElement(2), logFactors.GetElement(3)));
        return double.IsInfinity(top)
            ? top
            : top + Math.Log(Vector256.Sum(Weights * Vector256.Exp(logFactors - Vector256.Create(top))));
    }

    /// <summary>ln of the normal Bayes factor at score x (of the side) and information share t.</summary>
    internal static double LogNormalBayesFactor(double x, double t) =>
        LogMix((Effects * x) - (Effects * Effects * (0.5 * t)));

    /// <summary>D before the horizon; 0 from it on, and always for a side without a line.</summary>
    internal static double Doob(BoundarySide side, double x, double t)
    {
        if (!side.HasLine || !(t < 1))
        {
            return 0;
        }

        var q = side.CrossingProbability;
        return x >= side.Line
            ? 1 / q
            : Math.Min(1, 2 * SpecialMath.NormalSurvival((side.Line - x) / Math.Sqrt(1 - t))) / q;
    }

    /// <summary>The z that the score's step over the horizon must reach for the side to latch.</summary>
    internal static double TerminalQuantile(double crossingProbability, double previousDoob) =>
        SpecialMath.NormalUpperQuantile(crossingProbability * previousDoob);

    /// <summary>Whether the look that closes the horizon latches the side.</summary>
    internal static bool TerminalLatch(double crossingProbability, double previousDoob, double step, double elapsed)
    {
        var tail = crossingProbability * previousDoob;
        return tail >= 1
            || (tail > 0 && step >= SpecialMath.NormalUpperQuantile(tail) * Math.Sqrt(Math.Max(0, elapsed)));
    }

    /// <summary>Mixes Bayes factors and line parts into the evidence of a look.</summary>
    internal static Evidence Combine(
        double up, bool usesLine, in Evidence parts)
    {
        var sideUp = usesLine ? HalfHalf(parts.LogBayesFactorUp, parts.DoobUp) : parts.LogBayesFactorUp;
        var sideDown = usesLine ? HalfHalf(parts.LogBayesFactorDown, parts.DoobDown) : parts.LogBayesFactorDown;
        return parts with
        {
            LogEvidence = SpecialMath.LogMix(up, sideUp, sideDown),
            LogEvidenceUp = sideUp,
            LogEvidenceDown = sideDown,
        };
    }

    /// <summary>ln of (e^logBayesFactor + doob)/2, the larger of both taken out only where it could overflow.</summary>
    private static double HalfHalf(double logBayesFactor, double doob) => LogHalf
        + (doob < LeastDoob ? doob > 0 ? SpecialMath.LogAdd(logBayesFactor, Math.Log(doob)) : logBayesFactor
        : logBayesFactor > 0 ? logBayesFactor + Math.Log(1 + (doob * Math.Exp(-logBayesFactor)))
        : Math.Log(doob + Math.Exp(logBayesFactor)));

    /// <summary>Evidence from counts alone: D of this look, no latches.</summary>
    internal static Evidence CombineWithoutMemory(SequentialPlan plan, bool usesLine, in Evidence parts)
    {
        if (!usesLine)
        {
            return Combine(plan.Up, false, parts);
        }

        var boundary = plan.Boundary;
        return Combine(plan.Up, true, parts with
        {
            DoobUp = Doob(boundary.Up, parts.X, parts.T),
            DoobDown = Doob(boundary.Down, -parts.X, parts.T),
        });
    }

    /// <summary>Applies stored latches and the terminal look, mixes, and gives the state to store.</summary>
    internal static (Evidence Evidence, TestState Next) Look(
        SequentialPlan plan, bool usesLine, Evidence parts, TestState state)
    {
        if (!usesLine)
        {
            var plain = Combine(plan.Up, false, parts with { DoobUp = 0, DoobDown = 0 });
            return (plain, state with
            {
                X = parts.X,
                T = parts.T,
                MaxLogEvidence = Math.Max(state.MaxLogEvidence, plain.LogEvidence),
            });
        }

        var boundary = plan.Boundary;
        var before = parts.T < 1 && !state.TerminalLookDone;
        var latchedUp = state.LatchedUp
            || Latches(boundary.Up, before, state, state.DoobUp, parts.X, parts.X - state.X, parts.T - state.T);
        var latchedDown = state.LatchedDown
            || Latches(boundary.Down, before, state, state.DoobDown, -parts.X, state.X - parts.X, parts.T - state.T);
        var evidence = Combine(plan.Up, true, parts with
        {
            DoobUp = Part(boundary.Up, before, latchedUp, parts.X, parts.T),
            DoobDown = Part(boundary.Down, before, latchedDown, -parts.X, parts.T),
        });
        return (evidence, state with
        {
            X = before ? parts.X : state.X,
            T = before ? parts.T : state.T,
            DoobUp = before ? evidence.DoobUp : state.DoobUp,
            DoobDown = before ? evidence.DoobDown : state.DoobDown,
            LatchedUp = latchedUp,
            LatchedDown = latchedDown,
            TerminalLookDone = !before,
            MaxLogEvidence = Math.Max(state.MaxLogEvidence, evidence.LogEvidence),
        });
    }

    private static bool Latches(
        BoundarySide side, bool before, TestState state, double previousDoob, double x, double step, double elapsed) =>
        side.HasLine && (before
            ? x >= side.Line
            : !state.TerminalLookDone && TerminalLatch(side.CrossingProbability, previousDoob, step, elapsed));

    private static double Part(BoundarySide side, bool before, bool latched, double x, double t) => !side.HasLine ? 0
        : latched ? 1 / side.CrossingProbability
        : before ? Doob(side, x, t)
        : 0;
}
