using Experiments.Stats.Bayesian;
using Experiments.Stats.Numerics;

namespace Experiments.Stats.Tests.Numerics;

public sealed class NumericsTests
{
    [Theory]
    [InlineData(446.0381120294977, 5621823.847144824, -9.427497038998876, 0.624661157048335805466144459936, 1e-13)]
    [InlineData(0.5329748746573947, 579.0093902469478, -2.8604972376273965, 0.9999999999999988064033981876, 1e-15)]
    [InlineData(2, 3, 0, 0.6875, 1e-15)]
    public void RegularizedBeta_FortyDigitValue_Matches(double a, double b, double logit, double expected, double tolerance)
    {
        var node = LogitNode.At(logit);
        Vectors.Near(expected, RegularizedBeta.Lower(a, b, node.P, node.Q), tolerance);
    }

    [Theory]
    [InlineData(1, 1, 1e-14)]
    [InlineData(0.5, 579, 1e-14)]
    [InlineData(1, 30, 1e-14)]
    [InlineData(3.5, 27.5, 1e-13)]
    [InlineData(351, 6651, 1e-12)]
    [InlineData(50_000, 1_450_000, 1e-12)]
    [InlineData(1e6, 9e6, 1e-11)]
    [InlineData(3e8, 7e8, 1e-11)]
    [InlineData(30, 1e9, 1e-11)]
    public void PanelGrid_DistributionFunction_MatchesTheIncompleteBeta(double a, double b, double tolerance)
    {
        ReadOnlySpan<PanelArm> arms = [PanelArm.Beta(a, b), PanelArm.Beta(b, a)];
        using var grid = new PanelGrid(arms, survival: true);
        var nodes = new LogitPanel(stackalloc double[LogitPanel.Length]);
        for (var panel = 0; panel < grid.Panels; panel++)
        {
            nodes.Fill(grid.Left(panel), grid.Right(panel), logit: true);
            for (var k = 0; k < PanelRule.Order; k++)
            {
                var expected = RegularizedBeta.Lower(a, b, nodes.P[k], nodes.Q[k]);
                Vectors.Near(expected, grid.Cdf(0, panel)[k], tolerance, $"F at {nodes.Y[k]}");
                Vectors.Near(1 - expected, grid.Survival(0, panel)[k], tolerance, $"S at {nodes.Y[k]}");
            }
        }
    }

    [Fact]
    public void PanelRule_Polynomials_AreIntegratedExactly()
    {
        Span<double> values = stackalloc double[PanelRule.Order];
        Span<double> left = stackalloc double[PanelRule.Order];
        Span<double> right = stackalloc double[PanelRule.Order];
        for (var k = 0; k < PanelRule.Order; k++)
        {
            values[k] = 2 + Math.Pow(PanelRule.Nodes[k], 7) + Math.Pow(PanelRule.Nodes[k], 30);
        }

        PanelRule.CumulateFromLeft(values, 1, 0, left);
        PanelRule.CumulateFromRight(values, 1, 0, right);
        for (var k = 0; k < PanelRule.Order; k++)
        {
            var x = PanelRule.Nodes[k];
            var primitive = (2 * x) + (Math.Pow(x, 8) / 8) + (Math.Pow(x, 31) / 31);
            Vectors.Near(primitive - (-2 + 0.125 - (1.0 / 31)), left[k], 1e-14);
            Vectors.Near(2 + 0.125 + (1.0 / 31) - primitive, right[k], 1e-14);
        }
    }

    [Theory]
    [InlineData(1e-20)]
    [InlineData(-1e-20)]
    [InlineData(1e-9)]
    [InlineData(0.3)]
    [InlineData(-0.999)]
    public void Log1pAndExpm1_SmallArguments_AreInverse(double y) =>
        Vectors.NearRelative(y, SpecialMath.Expm1(SpecialMath.Log1p(y)), 1e-14);

    [Theory]
    [InlineData(29.99)]
    [InlineData(30.01)]
    public void LogNormalSurvival_AroundTheSwitch_IsContinuous(double x) =>
        Vectors.NearRelative(Math.Log(SpecialMath.NormalSurvival(x)), SpecialMath.LogNormalSurvival(x), 1e-13);

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-10)]
    [InlineData(0.3)]
    [InlineData(0.999)]
    public void NormalUpperQuantile_OfATail_ReturnsIt(double tail) =>
        Vectors.NearRelative(tail, SpecialMath.NormalSurvival(SpecialMath.NormalUpperQuantile(tail)), 1e-11);

    [Theory]
    [InlineData(0.3)]
    [InlineData(5)]
    [InlineData(11.9)]
    [InlineData(12.1)]
    [InlineData(80)]
    public void StirlingRemainder_AnyArgument_CompletesLogGamma(double a) => Vectors.Near(
        MathNet.Numerics.SpecialFunctions.GammaLn(a),
        ((a - 0.5) * Math.Log(a)) - a + (0.5 * Math.Log(2 * Math.PI)) + SpecialMath.StirlingRemainder(a), 1e-12 * Math.Max(1, a));

    [Fact]
    public void CredibleInterval_OfProportion_HasTheAskedProbability()
    {
        var posterior = new BetaPosterior(351, 6651);
        var interval = CredibleInterval.OfProportion(posterior, 0.9);
        Vectors.Near(0.05, RegularizedBeta.Lower(351, 6651, interval.Lower!.Value, 1 - interval.Lower.Value), 1e-11);
        Vectors.Near(0.95, RegularizedBeta.Lower(351, 6651, interval.Upper!.Value, 1 - interval.Upper.Value), 1e-11);
        var flat = CredibleInterval.OfProportion(BetaPosterior.Flat, 0.95);
        Vectors.Near(0.025, flat.Lower!.Value, 1e-12);
        Vectors.Near(0.975, flat.Upper!.Value, 1e-12);
    }
}
