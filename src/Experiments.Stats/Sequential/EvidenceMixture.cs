using Experiments.Stats.Numerics;

namespace Experiments.Stats.Sequential;

/// <summary>The parts every evidence is made of: grid of effects, line part D, half-half mixture, latches.</summary>
internal static class EvidenceMixture
{
    /// <summary>Effect, in standard deviations at the horizon, that a fixed test finds with 80 % power.</summary>
    internal const double EffectScale = 2.8;

    internal const int GridSize = 4;
    private static readonly double[] LogWeights = [Math.Log(0.30), Math.Log(0.35), Math.Log(0.25), Math.Log(0.10)];

    internal static ReadOnlySpan<double> Multipliers => [0.7, 1.2, 2, 4];

    /// <summary>ln of the weighted sum over the grid; the terms are overwritten.</summary>
    internal static double LogMix(Span<double> logFactors)
    {
        for (var k = 0; k < GridSize; k++)
        {
            logFactors[k] += LogWeights[k];
        }

        return SpecialMath.LogSumExp(logFactors);
    }

    /// <summary>ln of the normal Bayes factor at score x (of the side) and information share t.</summary>
    internal static double LogNormalBayesFactor(double x, double t)
    {
        Span<double> terms = stackalloc double[GridSize];
        for (var k = 0; k < GridSize; k++)
        {
            var effect = EffectScale * Multipliers[k];
            terms[k] = (effect * x) - (0.5 * effect * effect * t);
        }

        return LogMix(terms);
    }

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
        var half = usesLine ? 0.5 : 1;
        var factorUp = Math.Log(half) + parts.LogBayesFactorUp;
        var factorDown = Math.Log(half) + parts.LogBayesFactorDown;
        var lineUp = usesLine ? Math.Log(0.5 * parts.DoobUp) : double.NegativeInfinity;
        var lineDown = usesLine ? Math.Log(0.5 * parts.DoobDown) : double.NegativeInfinity;
        var sideUp = SpecialMath.LogAdd(factorUp, lineUp);
        var sideDown = SpecialMath.LogAdd(factorDown, lineDown);
        return parts with
        {
            LogEvidence = SpecialMath.LogAdd(Math.Log(up) + sideUp, Math.Log(1 - up) + sideDown),
            LogEvidenceUp = sideUp,
            LogEvidenceDown = sideDown,
        };
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
        var next = state with
        {
            LatchedUp = latchedUp,
            LatchedDown = latchedDown,
            TerminalLookDone = !before,
            MaxLogEvidence = Math.Max(state.MaxLogEvidence, evidence.LogEvidence),
        };
        return (evidence, before
            ? next with { X = parts.X, T = parts.T, DoobUp = evidence.DoobUp, DoobDown = evidence.DoobDown }
            : next);
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
