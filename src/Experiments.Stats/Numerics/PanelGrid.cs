using System.Buffers;

namespace Experiments.Stats.Numerics;

/// <summary>
/// The one quadrature behind P(best), P(T beats C), gains and losses: all posteriors on shared Gauss-Legendre panels cut at
/// every posterior's ends, inner breaks and centre, with their distribution functions from the same nodes.
/// </summary>
/// <remarks>
/// <para>Each posterior is normalised by its own quadrature sum. F is built from the left and S = 1 - F from the right, each
/// with its own matrix, so that products such as F_C S_T never cancel.</para>
/// <para>Measured against the incomplete beta: 1e-14 for small counts, 1e-12 at a million, 1e-11 at a billion units.</para>
/// </remarks>
internal ref struct PanelGrid
{
    private const int Order = PanelRule.Order;

    // The logistic factor of the losses changes on a scale of one: very wide panels are cut here, and more finely where a
    // parameter under one half makes a tail of hundreds beside a steep side.
    private static readonly double[] WideBreaks = [-64, -32, -16, 0, 16, 32, 64];
    private static readonly double[] FineBreaks =
        [-64, -32, -28, -24, -20, -16, -12, -8, -4, 0, 4, 8, 12, 16, 20, 24, 28, 32, 64];

    internal const int ExtraEdges = 19;

    private readonly double[] _edges;
    private readonly double[] _buffer;
    private readonly int _panels;
    private readonly int _arms;
    private readonly bool _hasSurvival;

    internal PanelGrid(ReadOnlySpan<PanelArm> arms, bool survival)
    {
        _arms = arms.Length;
        _hasSurvival = survival;
        _edges = ArrayPool<double>.Shared.Rent((PanelArm.MostEdges * arms.Length) + ExtraEdges);
        var (count, gap) = (0, double.PositiveInfinity);
        foreach (ref readonly var arm in arms)
        {
            count = arm.AddEdges(_edges, count);
            gap = Math.Min(gap, arm.LeastPanel);
        }

        count = SortEdges(_edges, count, arms.Length > 0 && arms[0].IsBeta);
        count = DropNear(_edges, count, gap);
        _panels = Math.Max(0, count - 1);
        _buffer = ArrayPool<double>.Shared.Rent(Math.Max(1, (((survival ? 3 : 2) * _arms) + 1) * _panels * Order));
        Fill(arms);
    }

    internal readonly int Panels => _panels;

    internal readonly double HalfWidth(int panel) => 0.5 * (_edges[panel + 1] - _edges[panel]);

    internal readonly double Left(int panel) => _edges[panel];

    internal readonly double Right(int panel) => _edges[panel + 1];

    internal readonly Span<double> Density(int arm, int panel) => Slice(0, arm, panel);

    internal readonly Span<double> Cdf(int arm, int panel) => Slice(1, arm, panel);

    internal readonly Span<double> Survival(int arm, int panel) => Slice(2, arm, panel);

    /// <summary>dp/dy = p q at the nodes of a panel in which a Beta arm has mass.</summary>
    internal readonly Span<double> Slope(int panel) => Slice(_hasSurvival ? 3 : 2, 0, panel);

    /// <summary>Whether the arm has mass in the panel; if not, its F and S are constant there.</summary>
    internal readonly bool IsActive(in PanelArm arm, int panel) =>
        _edges[panel + 1] > arm.Left && _edges[panel] < arm.Right;

    internal readonly void Dispose()
    {
        ArrayPool<double>.Shared.Return(_edges);
        ArrayPool<double>.Shared.Return(_buffer);
    }

    /// <summary>Sorts, cuts very wide logit panels, drops equal edges.</summary>
    internal static int SortEdges(double[] edges, int count, bool logit)
    {
        if (logit && count > 0)
        {
            var (least, most) = Range(edges.AsSpan(0, count));
            foreach (var extra in most - least > 100 ? FineBreaks : WideBreaks)
            {
                if (extra > least && extra < most && most - least > 16)
                {
                    edges[count++] = extra;
                }
            }
        }

        edges.AsSpan(0, count).Sort();
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            if (kept == 0 || edges[i] > edges[kept - 1])
            {
                edges[kept++] = edges[i];
            }
        }

        return kept;
    }

    /// <summary>
    /// Drops edges so near to the one before that the panel is finer than any arm needs: many similar arms share few panels.
    /// An arm's end may then fall inside a panel, where its density is e^-40 of its height and does no harm.
    /// </summary>
    private static int DropNear(double[] edges, int count, double gap)
    {
        var kept = 1;
        for (var i = 1; i < count; i++)
        {
            if (edges[i] - edges[kept - 1] >= gap)
            {
                edges[kept++] = edges[i];
            }
            else if (i == count - 1)
            {
                edges[kept == 1 ? kept++ : kept - 1] = edges[i];
            }
        }

        return Math.Min(kept, count);
    }

    private static (double Least, double Most) Range(ReadOnlySpan<double> values)
    {
        var (least, most) = (values[0], values[0]);
        foreach (var value in values)
        {
            least = Math.Min(least, value);
            most = Math.Max(most, value);
        }

        return (least, most);
    }

    private readonly Span<double> Slice(int kind, int arm, int panel) =>
        _buffer.AsSpan(((((kind * _arms) + arm) * _panels) + panel) * Order, Order);

    private readonly void Fill(ReadOnlySpan<PanelArm> arms)
    {
        var nodes = new LogitPanel(stackalloc double[LogitPanel.Length]);
        Span<double> totals = arms.Length <= 64 ? stackalloc double[arms.Length] : new double[arms.Length];
        totals.Clear();
        for (var panel = 0; panel < _panels; panel++)
        {
            var filled = false;
            for (var arm = 0; arm < arms.Length; arm++)
            {
                var density = Density(arm, panel);
                if (!IsActive(arms[arm], panel))
                {
                    density.Clear();
                    Cdf(arm, panel).Fill(totals[arm]);
                    continue;
                }

                if (!filled)
                {
                    filled = true;
                    nodes.Fill(_edges[panel], _edges[panel + 1], arms[arm].IsBeta);
                    FillSlope(nodes, panel);
                }

                arms[arm].Density(nodes, density);
                totals[arm] = PanelRule.CumulateFromLeft(density, HalfWidth(panel), totals[arm], Cdf(arm, panel));
            }
        }

        for (var arm = 0; arm < arms.Length; arm++)
        {
            Normalise(arms[arm], arm, 1 / totals[arm]);
        }
    }

    private readonly void FillSlope(in LogitPanel nodes, int panel)
    {
        var slope = Slope(panel);
        for (var k = 0; k < Order; k++)
        {
            slope[k] = nodes.P[k] * nodes.Q[k];
        }
    }

    private readonly void Normalise(in PanelArm arm, int index, double scale)
    {
        var survival = 0.0;
        for (var panel = _panels - 1; panel >= 0; panel--)
        {
            var density = Density(index, panel);
            PanelRule.Scale(density, scale);
            PanelRule.Scale(Cdf(index, panel), scale);

            if (!_hasSurvival)
            {
                continue;
            }

            if (IsActive(arm, panel))
            {
                survival = PanelRule.CumulateFromRight(density, HalfWidth(panel), survival, Survival(index, panel));
            }
            else
            {
                Survival(index, panel).Fill(survival);
            }
        }
    }
}
