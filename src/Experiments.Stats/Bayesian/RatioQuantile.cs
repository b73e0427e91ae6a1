using System.Buffers;
using Experiments.Stats.Numerics;

namespace Experiments.Stats.Bayesian;

/// <summary>Quantiles of ln(p_T/p_C) for two Beta posteriors, by the shared panels with one arm's nodes moved by the ratio.</summary>
internal readonly ref struct RatioQuantile
{
    private const double Bound = 20;
    private readonly PanelArm _control;
    private readonly PanelArm _treatment;
    private readonly double _controlMass;
    private readonly double _treatmentMass;
    private readonly double _centre;
    private readonly double _scale;

    internal RatioQuantile(BetaPosterior control, BetaPosterior treatment)
    {
        _control = PanelArm.Beta(control.Alpha, control.Beta);
        _treatment = PanelArm.Beta(treatment.Alpha, treatment.Beta);
        _controlMass = Mass(_control);
        _treatmentMass = Mass(_treatment);
        _centre = Math.Log(treatment.Mean / control.Mean);
        _scale = Math.Sqrt(
            (treatment.Variance / (treatment.Mean * treatment.Mean)) + (control.Variance / (control.Mean * control.Mean)));
    }

    internal double LiftAt(double probability)
    {
        var function = new Distribution(this, probability);
        var guess = _centre + (_scale * -SpecialMath.NormalUpperQuantile(probability));
        var low = Math.Clamp(guess - (0.5 * _scale), -Bound, Bound);
        var high = Math.Clamp(guess + (0.5 * _scale), -Bound, Bound);
        for (var step = _scale; low > -Bound && function.Value(low) > 0; step *= 2)
        {
            (high, low) = (low, Math.Max(-Bound, low - step));
        }

        for (var step = _scale; high < Bound && function.Value(high) < 0; step *= 2)
        {
            (low, high) = (high, Math.Min(Bound, high + step));
        }

        return SpecialMath.Expm1(RootFinder.Brent(ref function, low, high, 1e-12));
    }

    /// <summary>P(p_T &lt;= e^l p_C).</summary>
    internal double Cdf(double logRatio) => logRatio <= 0
        ? BelowScaled(_treatment, _treatmentMass, _control, _controlMass, logRatio)
        : 1 - BelowScaled(_control, _controlMass, _treatment, _treatmentMass, -logRatio);

    private static double Mass(in PanelArm arm)
    {
        var edges = ArrayPool<double>.Shared.Rent(PanelArm.MostEdges + PanelGrid.ExtraEdges);
        var nodes = new LogitPanel(stackalloc double[LogitPanel.Length]);
        Span<double> density = stackalloc double[PanelRule.Order];
        var total = 0.0;
        var count = PanelGrid.SortEdges(edges, arm.AddEdges(edges, 0), logit: true);
        for (var panel = 0; panel + 1 < count; panel++)
        {
            var half = 0.5 * (edges[panel + 1] - edges[panel]);
            nodes.Fill(edges[panel], edges[panel + 1], logit: true);
            arm.Density(nodes, density);
            total += half * PanelRule.Integrate(density);
        }

        ArrayPool<double>.Shared.Return(edges);
        return total;
    }

    /// <summary>P(p_inner &lt;= e^l p_outer) for l &lt;= 0: integral of the outer density times the inner F at the moved node.</summary>
    private static double BelowScaled(
        in PanelArm inner, double innerMass, in PanelArm outer, double outerMass, double logRatio)
    {
        var edges = ArrayPool<double>.Shared.Rent((2 * PanelArm.MostEdges) + PanelGrid.ExtraEdges);
        var count = outer.AddEdges(edges, 0);
        Span<double> breaks = stackalloc double[PanelArm.MostEdges];
        breaks = breaks[..inner.AddEdges(breaks, 0)];

        // Where the inner arm has no mass left of the outer arm's right end, its F there is constant.
        var start = Moved(inner.Left, logRatio);
        var stop = Moved(inner.Right, logRatio);
        foreach (var point in breaks)
        {
            var y = Moved(point, logRatio);
            if (y < outer.Right)
            {
                edges[count++] = y;
            }
        }

        count = PanelGrid.SortEdges(edges, count, logit: true);
        var nodes = new LogitPanel(stackalloc double[LogitPanel.Length]);
        var moved = new LogitPanel(stackalloc double[LogitPanel.Length]);
        Span<double> density = stackalloc double[PanelRule.Order];
        Span<double> cdf = stackalloc double[PanelRule.Order];
        var (cumulated, result) = (0.0, 0.0);
        for (var panel = 0; panel + 1 < count; panel++)
        {
            var (left, right) = (edges[panel], edges[panel + 1]);
            var half = 0.5 * (right - left);
            var innerActive = left >= start && right <= stop;
            var outerActive = left >= outer.Left;
            if (!innerActive && (!outerActive || cumulated == 0))
            {
                continue;
            }

            nodes.Fill(left, right, logit: true);
            cdf.Fill(cumulated);
            if (innerActive)
            {
                moved.FillScaled(nodes, logRatio);
                inner.Density(moved, density);
                for (var k = 0; k < PanelRule.Order; k++)
                {
                    density[k] *= nodes.Q[k] / moved.Q[k];
                }

                cumulated = PanelRule.CumulateFromLeft(density, half, cumulated, cdf);
            }

            if (!outerActive)
            {
                continue;
            }

            var sum = 0.0;
            outer.Density(nodes, density);
            for (var k = 0; k < PanelRule.Order; k++)
            {
                sum += PanelRule.Weights[k] * density[k] * cdf[k];
            }

            result += half * sum;
        }

        ArrayPool<double>.Shared.Return(edges);
        return Math.Clamp(result / innerMass / outerMass, 0, 1);
    }

    /// <summary>Logit of sigma(u) e^|l|; infinite from 1 on.</summary>
    private static double Moved(double u, double logRatio)
    {
        // p' = p e^|l|, 1 - p' = q - p (e^|l| - 1).
        var node = LogitNode.At(u);
        var complement = node.Q - (node.P * SpecialMath.Expm1(-logRatio));
        return complement <= 0 ? double.PositiveInfinity : node.LogP - logRatio - Math.Log(complement);
    }

    private readonly ref struct Distribution(RatioQuantile owner, double probability) : IFunction
    {
        private readonly RatioQuantile _owner = owner;

        public double Value(double x) => _owner.Cdf(x) - probability;
    }
}
