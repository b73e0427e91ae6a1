using System.Buffers;
using Experiments.Stats.Numerics;

namespace Experiments.Stats.Bandits;

/// <summary>What is proved of one arm against the control, live: shown at every look, acted on at whole cycles only.</summary>
/// <param name="Arm">Number of the arm.</param>
/// <param name="LogBetter">ln E that the arm is better than the control.</param>
/// <param name="LogHarm">ln E that the arm is worse than the control.</param>
/// <param name="RelativeLift">Estimate on the KPI as measured, a fraction; null while unknown.</param>
/// <param name="LiftInterval">Confidence sequence of it; an open end is null.</param>
/// <param name="CanDecide">False while a large-sample method has too few users.</param>
public sealed record ArmProof(int Arm, double LogBetter, double LogHarm, double? RelativeLift, Interval LiftInterval, bool CanDecide)
{
    /// <summary>Proof of one arm from the rows given.</summary>
    /// <param name="method">Frozen method.</param>
    /// <param name="rows">Mature users by row, in order of time.</param>
    /// <param name="arm">Number of the arm, above 0.</param>
    /// <param name="increaseIsGood">False for a KPI that should fall.</param>
    /// <param name="alpha">Probability that the interval ever misses the truth. Usual: 0.05.</param>
    /// <param name="scale">Frozen scale of the pair; read by the score process only.</param>
    /// <exception cref="ArgumentOutOfRangeException">The arm, level, scale or a cell is NaN or outside its range.</exception>
    public static ArmProof Of(
        ProofMethod method, IReadOnlyList<EpochRow> rows, int arm, bool increaseIsGood, double alpha, ScoreScale? scale)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (method == ProofMethod.Score)
        {
            return OfScore(ScoreProcess.Read(ScoreStrata(rows, arm), scale), arm, increaseIsGood, alpha);
        }

        var rented = ArrayPool<SplitStratum>.Shared.Rent(rows.Count);
        var strata = rented.AsSpan(0, rows.Count);
        Fill(rows, arm, strata);
        var proof = OfSplit(strata, arm, increaseIsGood, alpha);
        ArrayPool<SplitStratum>.Shared.Return(rented);
        return proof;
    }

    /// <summary>How conversions split between an arm and the control, row by row.</summary>
    /// <param name="rows">Epoch table.</param>
    /// <param name="arm">Number of the arm, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such arm.</exception>
    public static SplitStratum[] SplitStrata(IReadOnlyList<EpochRow> rows, int arm)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var strata = new SplitStratum[rows.Count];
        Fill(rows, arm, strata);
        return strata;
    }

    /// <summary>Values of an arm and the control, row by row.</summary>
    /// <param name="rows">Epoch table, in order of time.</param>
    /// <param name="arm">Number of the arm, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such arm.</exception>
    public static ScoreStratum[] ScoreStrata(IReadOnlyList<EpochRow> rows, int arm)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var strata = new ScoreStratum[rows.Count];
        for (var i = 0; i < strata.Length; i++)
        {
            RequireArm(rows[i], arm);
            strata[i] = new ScoreStratum(rows[i].Epoch, rows[i].ShareOf(arm), rows[i].Arms[arm], rows[i].Arms[0]);
        }

        return strata;
    }

    /// <summary>Largest lift in the good direction that the interval leaves; null when nothing bounds it.</summary>
    /// <param name="increaseIsGood">False for a KPI that should fall.</param>
    public double? MostGained(bool increaseIsGood) => increaseIsGood ? LiftInterval.Upper : -LiftInterval.Lower;

    private static void Fill(IReadOnlyList<EpochRow> rows, int arm, Span<SplitStratum> strata)
    {
        for (var i = 0; i < strata.Length; i++)
        {
            RequireArm(rows[i], arm);
            strata[i] = new SplitStratum(rows[i].ShareOf(arm), rows[i].Arms[arm].NonZeroUsers, rows[i].Arms[0].NonZeroUsers);
        }
    }

    private static ArmProof OfSplit(ReadOnlySpan<SplitStratum> strata, int arm, bool increaseIsGood, double alpha)
    {
        var interval = SplitProcess.LogRatioInterval(strata, alpha);
        return new ArmProof(
            arm, SplitProcess.LogBetter(strata, increaseIsGood), SplitProcess.LogHarm(strata, increaseIsGood),
            Lift(SplitProcess.LogRatio(strata)), new Interval(Lift(interval.Lower), Lift(interval.Upper)), true);

        static double? Lift(double? logRatio) => logRatio is { } value ? SpecialMath.Expm1(value) : null;
    }

    private static ArmProof OfScore(in ScoreReading reading, int arm, bool increaseIsGood, double alpha)
    {
        var (good, bad) = increaseIsGood ? (Direction.Up, Direction.Down) : (Direction.Down, Direction.Up);
        var interval = reading.EffectInterval(alpha);
        var mean = reading.Scale?.Mean;
        return new ArmProof(
            arm, reading.LogEvidence(good), reading.LogEvidence(bad),
            reading.Effect / mean, new Interval(interval.Lower / mean, interval.Upper / mean), reading.CanDecide);
    }

    private static void RequireArm(EpochRow row, int arm)
    {
        if (arm < 1 || arm >= row.Arms.Count || arm >= row.Buckets.Count)
        {
            throw Require.Refused(nameof(arm), arm, $"must be the number of an arm, 1 to {row.Arms.Count - 1}");
        }
    }
}
