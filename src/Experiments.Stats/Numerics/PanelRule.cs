using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MathNet.Numerics.Integration;

namespace Experiments.Stats.Numerics;

/// <summary>32-point Gauss-Legendre rule with the constant matrix that integrates from a panel's end to each node.</summary>
/// <remarks>
/// A_ik = w_k/2 [x_i + 1 + sum over n = 1..31 of P_n(x_k) (P_{n+1}(x_i) - P_{n-1}(x_i))]: the integral over [-1, x_i] of the
/// Lagrange polynomial of node k, written in Legendre polynomials. Its complement w_k - A_ik integrates over [x_i, 1].
/// </remarks>
internal static class PanelRule
{
    internal const int Order = 32;

    internal static readonly double[] Nodes = new double[Order];
    internal static readonly double[] Weights = new double[Order];

    // Transposed (row k, column i), so that a panel is 32 scaled additions of contiguous rows.
    private static readonly double[] FromLeft = new double[Order * Order];
    private static readonly double[] FromRight = new double[Order * Order];

    static PanelRule()
    {
        var rule = new GaussLegendreRule(-1, 1, Order);
        for (var i = 0; i < Order; i++)
        {
            Nodes[i] = rule.GetAbscissa(i);
            Weights[i] = rule.GetWeight(i);
        }

        Array.Sort(Nodes, Weights);
        var legendre = new double[Order][];
        for (var i = 0; i < Order; i++)
        {
            var p = legendre[i] = new double[Order + 1];
            p[0] = 1;
            p[1] = Nodes[i];
            for (var n = 1; n < Order; n++)
            {
                p[n + 1] = ((((2 * n) + 1) * Nodes[i] * p[n]) - (n * p[n - 1])) / (n + 1);
            }
        }

        for (var i = 0; i < Order; i++)
        {
            for (var k = 0; k < Order; k++)
            {
                var sum = Nodes[i] + 1;
                for (var n = 1; n < Order; n++)
                {
                    sum += legendre[k][n] * (legendre[i][n + 1] - legendre[i][n - 1]);
                }

                FromLeft[(k * Order) + i] = 0.5 * Weights[k] * sum;
                FromRight[(k * Order) + i] = Weights[k] - (0.5 * Weights[k] * sum);
            }
        }
    }

    /// <summary>start + half * integral from the left end to each node; returns the same at the right end.</summary>
    internal static double CumulateFromLeft(ReadOnlySpan<double> density, double half, double start, Span<double> result) =>
        Cumulate(FromLeft, density, half, start, result);

    /// <summary>start + half * integral from each node to the right end; returns the same at the left end.</summary>
    internal static double CumulateFromRight(ReadOnlySpan<double> density, double half, double start, Span<double> result) =>
        Cumulate(FromRight, density, half, start, result);

    internal static double Integrate(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        for (var k = 0; k < Order; k++)
        {
            sum += Weights[k] * values[k];
        }

        return sum;
    }

    internal static void Scale(Span<double> values, double factor)
    {
        for (var i = 0; i < Order; i += 4)
        {
            (Vector256.Create<double>(values.Slice(i, 4)) * factor).CopyTo(values[i..]);
        }
    }

    private static double Cumulate(
        double[] matrix, ReadOnlySpan<double> density, double half, double start, Span<double> result)
    {
        ref var source = ref MemoryMarshal.GetArrayDataReference(matrix);
        for (var column = 0; column < Order; column += 16)
        {
            var s0 = Vector256<double>.Zero;
            var s1 = s0;
            var s2 = s0;
            var s3 = s0;
            for (var k = 0; k < Order; k++)
            {
                var scale = Vector256.Create(density[k]);
                ref var row = ref Unsafe.Add(ref source, (k * Order) + column);
                s0 = Vector256.FusedMultiplyAdd(scale, Vector256.LoadUnsafe(ref row), s0);
                s1 = Vector256.FusedMultiplyAdd(scale, Vector256.LoadUnsafe(ref row, 4), s1);
                s2 = Vector256.FusedMultiplyAdd(scale, Vector256.LoadUnsafe(ref row, 8), s2);
                s3 = Vector256.FusedMultiplyAdd(scale, Vector256.LoadUnsafe(ref row, 12), s3);
            }

            var h = Vector256.Create(half);
            var origin = Vector256.Create(start);
            var target = result.Slice(column, 16);
            Vector256.Max((s0 * h) + origin, Vector256<double>.Zero).CopyTo(target);
            Vector256.Max((s1 * h) + origin, Vector256<double>.Zero).CopyTo(target[4..]);
            Vector256.Max((s2 * h) + origin, Vector256<double>.Zero).CopyTo(target[8..]);
            Vector256.Max((s3 * h) + origin, Vector256<double>.Zero).CopyTo(target[12..]);
        }

        return start + (half * Integrate(density));
    }
}
