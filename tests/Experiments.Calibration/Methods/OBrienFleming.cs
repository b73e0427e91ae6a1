using System.Collections.Concurrent;

namespace Experiments.Calibration.Methods;

/// <summary>Group-sequential test of O'Brien and Fleming: equally spaced analyses, one constant line on the score, two-sided 5 %.</summary>
/// <remarks>
/// <para>Rule: at analysis k of K reject when |z_k| &gt;= C sqrt(K/k), that is |score| &gt;= C. The classic boundary itself, not
/// a spending function; nothing is said at looks between analyses or after the horizon.</para>
/// <para>C by recursive integration of the score's density inside the lines (Simpson's rule, 401 points) and bisection.
/// Published: 1.977 (K = 2), 2.024 (4), 2.040 (5), 2.087 (10).</para>
/// <para>References: O'Brien, Fleming (1979), "A multiple testing procedure for clinical trials", Biometrics 35(3), 549-556;
/// recursion: Armitage, McPherson, Rowe (1969), JRSS A 132(2); constants: Jennison, Turnbull (2000), "Group sequential
/// methods", table 2.3.</para>
/// </remarks>
internal sealed class OBrienFleming(int analyses, string rhythm) : ICompetitor
{
    private const int Points = 401;
    private const double KernelReach = 9;
    private static readonly ConcurrentDictionary<int, double> Lines = new();

    /// <summary>C: line on the score in standard deviations at the horizon.</summary>
    internal double Line { get; } = Lines.GetOrAdd(analyses, k => Solve(k, 0.05));

    public string Name => $"O'Brien-Fleming, {rhythm}";

    public bool Rejects(in Glance glance) => glance.Look <= glance.Looks
        && glance.Look * analyses % glance.Looks == 0
        && Math.Abs(glance.Score) >= Line;

    private static double Solve(int analyses, double alpha)
    {
        var (low, high) = (1.9, 2.4);
        for (var step = 0; step < 26; step++)
        {
            var middle = 0.5 * (low + high);
            (low, high) = Inside(analyses, middle) < 1 - alpha ? (middle, high) : (low, middle);
        }

        return 0.5 * (low + high);
    }

    /// <summary>Probability that a Brownian motion stays inside the lines at all analyses.</summary>
    private static double Inside(int analyses, double line)
    {
        var spacing = 2 * line / (Points - 1);
        var kernel = new double[Points];
        for (var i = 0; i < Points; i++)
        {
            var step = i * spacing;
            kernel[i] = Math.Sqrt(analyses / (2 * Math.PI)) * Math.Exp(-0.5 * step * step * analyses);
        }

        var density = new double[Points];
        for (var i = 0; i < Points; i++)
        {
            density[i] = kernel[Math.Abs(i - (Points / 2))];
        }

        // Symmetric about 0: half the points are computed, and only where a step still reaches.
        var reach = (int)Math.Min(Points, KernelReach / Math.Sqrt(analyses) / spacing);
        for (var analysis = 1; analysis < analyses; analysis++)
        {
            var weighted = density.Select((f, j) => f * Simpson(j, spacing)).ToArray();
            var next = new double[Points];
            for (var i = 0; i <= Points / 2; i++)
            {
                var sum = 0.0;
                for (var j = Math.Max(0, i - reach); j <= Math.Min(Points - 1, i + reach); j++)
                {
                    sum += weighted[j] * kernel[Math.Abs(i - j)];
                }

                next[i] = next[Points - 1 - i] = sum;
            }

            density = next;
        }

        return density.Select((f, i) => f * Simpson(i, spacing)).Sum();
    }

    private static double Simpson(int i, double spacing) =>
        spacing / 3 * (i is 0 or Points - 1 ? 1 : i % 2 == 1 ? 4 : 2);
}
