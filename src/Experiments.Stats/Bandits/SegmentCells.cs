using Experiments.Stats.Numerics;

namespace Experiments.Stats.Bandits;

/// <summary>Counts by segment and arm with the rates expected of them if every arm had one effect in all segments.</summary>
internal sealed class SegmentCells
{
    /// <summary>Conversions that an arm's effect of 1 is worth before anything is known.</summary>
    internal const double ArmPrior = 5;

    private readonly double[][] _trials;
    private readonly double[][] _conversions;

    private SegmentCells(double[][] trials, double[][] conversions)
    {
        (_trials, _conversions) = (trials, conversions);
        ArmConversions = new double[trials[0].Length];
        Base = new double[trials.Length];
        Effect = new double[trials[0].Length];
        Expected = Array.ConvertAll(trials, row => new double[row.Length]);
    }

    internal int Segments => _trials.Length;

    internal int Arms => Effect.Length;

    internal double[] Base { get; }

    internal double[] Effect { get; }

    internal double[][] Expected { get; }

    internal double[] ArmConversions { get; }

    internal static SegmentCells Of(IReadOnlyList<IReadOnlyList<double>> trials, IReadOnlyList<IReadOnlyList<double>> conversions)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(conversions);
        Require.SameLength(conversions.Count, trials.Count, nameof(conversions));
        if (trials.Count is 0 or > SegmentModel.MostSegments || trials[0].Count == 0)
        {
            throw new ArgumentException($"There are 1 to {SegmentModel.MostSegments} segments of at least one arm; got {trials.Count}.", nameof(trials));
        }

        var (users, sums) = (new double[trials.Count][], new double[trials.Count][]);
        for (var s = 0; s < users.Length; s++)
        {
            Require.SameLength(trials[s].Count, trials[0].Count, nameof(trials));
            Require.SameLength(conversions[s].Count, trials[0].Count, nameof(conversions));
            sums[s] = [.. conversions[s].Select(c => Require.NonNegative(c, nameof(conversions)))];
            users[s] = [.. trials[s].Select((n, k) => Math.Max(Require.NonNegative(n, nameof(trials)), sums[s][k]))];
        }

        var cells = new SegmentCells(users, sums);
        cells.Expect();
        return cells;
    }

    internal (double A, double B) Posterior(double a0, int segment, int arm)
    {
        var (m, c) = (Expected[segment][arm], _conversions[segment][arm]);
        return (a0 + c, (a0 * (1 - m) / m) + _trials[segment][arm] - c);
    }

    internal double LogEvidence(double a0)
    {
        var sum = 0.0;
        for (var s = 0; s < Segments; s++)
        {
            for (var k = 0; k < Arms; k++)
            {
                var ((a, b), m) = (Posterior(a0, s, k), Expected[s][k]);
                sum += SpecialMath.LogBeta(a, b) - SpecialMath.LogBeta(a0, a0 * (1 - m) / m);
            }
        }

        return sum;
    }

    private void Expect()
    {
        var overall = (_conversions.Sum(row => row.Sum()) + 0.5) / (_trials.Sum(row => row.Sum()) + 1);
        for (var s = 0; s < Segments; s++)
        {
            Base[s] = (_conversions[s].Sum() + 0.5) / (_trials[s].Sum() + (0.5 / overall));
        }

        for (var k = 0; k < Arms; k++)
        {
            var expected = 0.0;
            for (var s = 0; s < Segments; s++)
            {
                ArmConversions[k] += _conversions[s][k];
                expected += _trials[s][k] * Base[s];
            }

            Effect[k] = (ArmConversions[k] + ArmPrior) / (expected + ArmPrior);
            for (var s = 0; s < Segments; s++)
            {
                Expected[s][k] = Math.Clamp(Base[s] * Effect[k], 1e-6, 0.99);
            }
        }
    }
}
