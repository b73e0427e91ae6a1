using BenchmarkDotNet.Attributes;
using Experiments.Stats.Bayesian;
using MathNet.Numerics.Distributions;

namespace Experiments.Benchmarks;

/// <summary>Goal S1: P(best) of Beta arms to 1e-9, beside what is usually done: 10,000 draws of MathNet's Beta for each arm.</summary>
[MemoryDiagnoser]
public class StatisticsBestBenchmarks
{
    private const int Draws = 10_000;
    private BetaPosterior[] _posteriors = null!;
    private Random _random = null!;

    [Params(5, 10)]
    public int Variants { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _posteriors = [.. Enumerable.Range(0, Variants).Select(i => new BetaPosterior(351 + (9 * i), 6651 - (9 * i)))];
        _random = new Random(1);
    }

    /// <summary>The limit: two digits at best.</summary>
    [Benchmark(Baseline = true)]
    public double[] TenThousandDraws()
    {
        var wins = new double[Variants];
        for (var draw = 0; draw < Draws; draw++)
        {
            var (best, highest) = (0, double.NegativeInfinity);
            for (var i = 0; i < _posteriors.Length; i++)
            {
                var value = Beta.Sample(_random, _posteriors[i].Alpha, _posteriors[i].Beta);
                (best, highest) = value > highest ? (i, value) : (best, highest);
            }

            wins[best] += 1.0 / Draws;
        }

        return wins;
    }

    [Benchmark]
    public double[] ProbabilityBestBeta() => ProbabilityBest.Beta(_posteriors);
}
