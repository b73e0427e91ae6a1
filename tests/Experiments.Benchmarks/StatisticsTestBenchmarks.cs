using BenchmarkDotNet.Attributes;
using Experiments.Stats;
using Experiments.Stats.Sequential;
using MathNet.Numerics;

namespace Experiments.Benchmarks;

/// <summary>Goal S2: one sequential test with its result object, beside the bare closed form of a sequential test on the same counts.</summary>
[MemoryDiagnoser]
public class StatisticsTestBenchmarks
{
    private const double Variance = 2.8 * 2.8;
    private static readonly double[] Weights = [0.30, 0.35, 0.25, 0.10];
    private static readonly double[] Multipliers = [0.7, 1.2, 2, 4];
    private readonly SequentialPlan _plan = new(0.05, 0.8, 28_000);
    private readonly ProportionEpoch[] _epochs = [new(0.5, new ProportionCounts(7000, 420), new ProportionCounts(7000, 350))];
    private readonly MeanEpoch[] _means =
        [new(0.5, MeanMoments.FromSums(5000, 5610, 31_000), MeanMoments.FromSums(5000, 5100, 27_500), 4000)];
    private readonly double[] _logs = new double[32];
    private readonly double[] _score = new double[4];
    private readonly double[] _information = new double[2];
    private TestState _state = null!;
    private TestState _meanState = null!;

    [GlobalSetup]
    public void Setup()
    {
        _state = ProportionTest.Look(_plan, null, _epochs, NullHypothesis.NoEffect, TestState.Initial).Next;
        _meanState = MeanTest.Look(_plan, null, _means, NullHypothesis.NoEffect, TestState.Initial).Next;
        CacheLogs(_state.Baseline!.Value);
        var (own, shipped) = (BareOwnFormula(), ProportionLook().Item1.LogEvidence);
        if (Math.Abs(own - shipped) > 1e-9)
        {
            throw new InvalidOperationException($"The flat formula gives {own}, the library {shipped}.");
        }
    }

    // docs/stats/proportion-evidence.md at rho = 1 and equal shares: one unit's effect by arm and outcome.
    private void CacheLogs(double m)
    {
        double[] unit = [2 * (1 - m), -2 * m, -2 * (1 - m), 2 * m];
        var variance = 4 * m * (1 - m);
        var promised = _plan.HorizonUsers / variance;
        for (var k = 0; k < 4; k++)
        {
            var effect = Multipliers[k] * 2.8 / (Math.Sqrt(promised) * variance);
            var (highestUp, highestDown) = (0.95 / Math.Max(-unit[1], -unit[2]), 0.95 / Math.Max(unit[0], unit[3]));
            for (var i = 0; i < 4; i++)
            {
                _logs[(4 * i) + k] = SpecialFunctions.Log1p(Math.Min(effect, highestUp) * unit[i]);
                _logs[16 + (4 * i) + k] = SpecialFunctions.Log1p(-Math.Min(effect, highestDown) * unit[i]);
            }
        }

        for (var i = 0; i < 4; i++)
        {
            _score[i] = unit[i] / (variance * Math.Sqrt(promised));
        }

        (_information[0], _information[1]) = (unit[0] * unit[0] / (variance * variance * promised), unit[1] * unit[1] / (variance * variance * promised));
    }

    /// <summary>The limit: a normal-mixture likelihood ratio (Robbins 1970), one effect scale, no line, no state, a bare number.</summary>
    [Benchmark(Baseline = true)]
    public double BareClosedForm()
    {
        ref readonly var epoch = ref _epochs[0];
        var (t, c) = (epoch.Treatment, epoch.Control);
        var pooled = (t.Conversions + c.Conversions) / (t.Users + c.Users);
        var variance = pooled * (1 - pooled) * ((1 / t.Users) + (1 / c.Users));
        var difference = (t.Conversions / t.Users) - (c.Conversions / c.Users);
        var time = (t.Users + c.Users) / _plan.HorizonUsers;
        var growth = 1 + (Variance * time);
        return (Variance * time * difference * difference / (variance * 2 * growth)) - (0.5 * Math.Log(growth));
    }

    /// <summary>The library's own evidence written flat for these counts: cached logarithms, no checks, no epochs, no state, a bare number.</summary>
    [Benchmark]
    public double BareOwnFormula()
    {
        ref readonly var epoch = ref _epochs[0];
        var (st, ft, sc, fc) = (epoch.Treatment.Conversions, epoch.Treatment.Failures, epoch.Control.Conversions, epoch.Control.Failures);
        var (up, down) = (0.0, 0.0);
        for (var k = 0; k < 4; k++)
        {
            up += Weights[k] * Math.Exp((st * _logs[k]) + (ft * _logs[4 + k]) + (sc * _logs[8 + k]) + (fc * _logs[12 + k]));
            down += Weights[k] * Math.Exp((st * _logs[16 + k]) + (ft * _logs[20 + k]) + (sc * _logs[24 + k]) + (fc * _logs[28 + k]));
        }

        var x = ((st * _score[0]) + (ft * _score[1]) + (sc * _score[2]) + (fc * _score[3]));
        var t = ((st + sc) * _information[0]) + ((ft + fc) * _information[1]);
        var (cu, cd) = (_plan.Boundary.Up, _plan.Boundary.Down);
        var root = Math.Sqrt(2 * (1 - t));
        var lineUp = Math.Min(1, SpecialFunctions.Erfc((cu.Line - x) / root)) / cu.CrossingProbability;
        var lineDown = Math.Min(1, SpecialFunctions.Erfc((cd.Line + x) / root)) / cd.CrossingProbability;
        return Math.Log((0.5 * ((0.8 * up) + (0.2 * down))) + (0.5 * ((0.8 * lineUp) + (0.2 * lineDown))));
    }

    [Benchmark]
    public (Evidence, TestState) ProportionLook() => ProportionTest.Look(_plan, null, _epochs, NullHypothesis.NoEffect, _state);

    [Benchmark]
    public (Evidence, TestState) MeanLook() => MeanTest.Look(_plan, null, _means, NullHypothesis.NoEffect, _meanState);
}
