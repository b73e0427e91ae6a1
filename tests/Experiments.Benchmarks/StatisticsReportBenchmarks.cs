using BenchmarkDotNet.Attributes;
using Experiments.Stats;
using Experiments.Stats.Bayesian;
using Experiments.Stats.Quality;
using Experiments.Stats.Sequential;

namespace Experiments.Benchmarks;

/// <summary>Goal S3: a report of 10 KPIs and 5 variants from moments: at most 1 ms of CPU without confidence sequences, 20 ms with them.</summary>
[MemoryDiagnoser]
public class StatisticsReportBenchmarks
{
    private const int Kpis = 10;
    private const int Treatments = 4;
    private readonly SequentialPlan _plan = new(0.05, 0.8, 28_000);
    private readonly ProportionCounts[][] _counts = [.. Enumerable.Range(0, Kpis).Select(kpi => Enumerable.Range(0, Treatments + 1)
        .Select(variant => new ProportionCounts(7000, 200 + (50 * kpi) + (12 * variant))).ToArray())];
    private readonly AllocationEpoch[] _allocation = [new(new[] { 1.0, 1, 1, 1, 1 }, new[] { 7000.0, 7010, 6990, 7020, 6980 })];

    /// <summary>Evidence and its correction, chance to beat, expected losses, P(best), sample ratio.</summary>
    [Benchmark(Baseline = true)]
    public double Report()
    {
        var sum = SampleRatioMismatch.Check(_allocation).LogEvidence;
        foreach (var variants in _counts)
        {
            sum += Evidence(variants) + ReadOuts(variants);
        }

        return sum;
    }

    /// <summary>The same with confidence sequences of the lift and of the difference.</summary>
    [Benchmark]
    public double ReportWithSequences()
    {
        var sum = Report();
        foreach (var variants in _counts)
        {
            for (var k = 1; k <= Treatments; k++)
            {
                ReadOnlySpan<ProportionEpoch> epochs = [new(0.5, variants[k], variants[0])];
                sum += ConfidenceSequence.RelativeLift(_plan, 0.05, epochs).Lower ?? 0;
                sum += ConfidenceSequence.Difference(_plan, 0.05, epochs).Lower ?? 0;
            }
        }

        return sum;
    }

    /// <summary>Credible intervals of all lifts on top of the report: not asked for by the goal, shown because a page has them.</summary>
    [Benchmark]
    public double ReportWithLiftIntervals()
    {
        var sum = Report();
        foreach (var variants in _counts)
        {
            for (var k = 1; k <= Treatments; k++)
            {
                sum += BetaComparison.RelativeLiftInterval(
                    BetaPosterior.FromCounts(variants[0]), BetaPosterior.FromCounts(variants[k]), 0.95).Lower ?? 0;
            }
        }

        return sum;
    }

    private double Evidence(ProportionCounts[] variants)
    {
        Span<double> log = stackalloc double[Treatments];
        Span<double> adjusted = stackalloc double[Treatments];
        for (var k = 0; k < Treatments; k++)
        {
            log[k] = ProportionTest.Look(
                _plan, null, [new ProportionEpoch(0.5, variants[k + 1], variants[0])], NullHypothesis.NoEffect, TestState.Initial)
                .Evidence.LogEvidence;
        }

        ClosedAveraging.Adjust(log, adjusted);
        return adjusted[0];
    }

    private static double ReadOuts(ProportionCounts[] variants)
    {
        var posteriors = Array.ConvertAll(variants, v => BetaPosterior.FromCounts(v));
        var sum = ProbabilityBest.Beta(posteriors)[0];
        for (var k = 1; k <= Treatments; k++)
        {
            sum += BetaComparison.Compare(posteriors[0], posteriors[k]).ProbabilityTreatmentBeats;
        }

        return sum;
    }
}
