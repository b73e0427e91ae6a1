using System.Runtime.Intrinsics;

namespace Experiments.Stats.Numerics;

/// <summary>The 32 nodes of one panel, four at a time: y, p = sigma(y), q = 1 - p and the logs of both.</summary>
internal readonly ref struct LogitPanel
{
    internal const int Length = 5 * PanelRule.Order;
    internal const int Lanes = 4;

    // Below this exp leaves the normal numbers; what it stands for is nothing beside the rest of the panel.
    private const double LeastExponent = -708;

    private readonly Span<double> _values;

    internal LogitPanel(Span<double> storage) => _values = storage[..Length];

    internal ReadOnlySpan<double> Y => _values[..PanelRule.Order];

    internal ReadOnlySpan<double> P => _values.Slice(PanelRule.Order, PanelRule.Order);

    internal ReadOnlySpan<double> Q => _values.Slice(2 * PanelRule.Order, PanelRule.Order);

    internal ReadOnlySpan<double> LogP => _values.Slice(3 * PanelRule.Order, PanelRule.Order);

    internal ReadOnlySpan<double> LogQ => _values.Slice(4 * PanelRule.Order, PanelRule.Order);

    internal static Vector256<double> Exp(Vector256<double> x) =>
        Vector256.Exp(Vector256.Max(x, Vector256.Create(LeastExponent)));

    internal static Vector256<double> Log1p(Vector256<double> y)
    {
        var one = Vector256<double>.One;
        var u = one + y;
        return Vector256.ConditionalSelect(Vector256.Equals(u, one), y, Vector256.Log(u) * (y / (u - one)));
    }

    internal static Vector256<double> Load(ReadOnlySpan<double> values, int i) => Vector256.Create(values.Slice(i, Lanes));

    /// <summary>Fills the nodes between two ends; a normal posterior needs y only.</summary>
    internal void Fill(double left, double right, bool logit)
    {
        var middle = Vector256.Create(0.5 * (left + right));
        var half = Vector256.Create(0.5 * (right - left));
        var one = Vector256<double>.One;
        for (var i = 0; i < PanelRule.Order; i += Lanes)
        {
            var y = middle + (half * Load(PanelRule.Nodes, i));
            y.CopyTo(_values[i..]);
            if (!logit)
            {
                continue;
            }

            var size = Vector256.Abs(y);
            var e = Exp(-size);
            var log = -Log1p(e);
            var near = one / (one + e);
            var far = e * near;
            var negative = Vector256.LessThan(y, Vector256<double>.Zero);
            Vector256.ConditionalSelect(negative, far, near).CopyTo(_values[(PanelRule.Order + i)..]);
            Vector256.ConditionalSelect(negative, near, far).CopyTo(_values[((2 * PanelRule.Order) + i)..]);
            Vector256.ConditionalSelect(negative, log - size, log).CopyTo(_values[((3 * PanelRule.Order) + i)..]);
            Vector256.ConditionalSelect(negative, log, log - size).CopyTo(_values[((4 * PanelRule.Order) + i)..]);
        }
    }

    /// <summary>The nodes whose probability is e^logRatio times the source's; the log ratio is zero or less.</summary>
    internal void FillScaled(in LogitPanel source, double logRatio)
    {
        source._values.CopyTo(_values);
        if (logRatio == 0)
        {
            return;
        }

        var ratio = Vector256.Create(Math.Exp(logRatio));
        var rest = Vector256.Create(-SpecialMath.Expm1(logRatio));
        var half = Vector256.Create(0.5);
        for (var i = 0; i < PanelRule.Order; i += Lanes)
        {
            var p = ratio * Load(source.P, i);
            var q = (ratio * Load(source.Q, i)) + rest;
            p.CopyTo(_values[(PanelRule.Order + i)..]);
            q.CopyTo(_values[((2 * PanelRule.Order) + i)..]);
            (Load(source.LogP, i) + Vector256.Create(logRatio)).CopyTo(_values[((3 * PanelRule.Order) + i)..]);
            Vector256.ConditionalSelect(Vector256.LessThan(p, half), Log1p(-Vector256.Min(p, half)), Vector256.Log(q))
                .CopyTo(_values[((4 * PanelRule.Order) + i)..]);
        }
    }
}
