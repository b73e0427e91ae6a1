using BenchmarkDotNet.Attributes;
using Experiments.Stats.Bandits;
using Experiments.Stats.Bayesian;

namespace Experiments.Benchmarks;

/// <summary>Goal S4: P(best) of 10 arms at most 2 ms; a whole update of 1,500 epochs and 10 arms (step, proofs, sequences, promotion) under 30 ms.</summary>
[MemoryDiagnoser]
public class BanditBenchmarks
{
    private const int Arms = 10;
    private const int Epochs = 1500;
    private readonly BetaPosterior[] _posteriors =
        [.. Enumerable.Range(0, Arms).Select(k => new BetaPosterior(3000 + (25 * k), 100_000 - (25 * k)))];

    private EpochRow[] _rows = null!;
    private EpochRow[] _small = null!;
    private int[] _buckets = null!;
    private SplitStratum[] _strata = null!;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _rows = new EpochRow[Epochs];
        for (var i = 0; i < Epochs; i++)
        {
            var buckets = Enumerable.Range(0, Arms).Select(_ => 500 + random.Next(500)).ToArray();
            buckets[0] += Allocation.Buckets - buckets.Sum();
            _rows[i] = new EpochRow(i, i / 24.0, (i + 1) / 24.0, buckets, [.. buckets.Select((b, k) => ArmCell.OfProportion(b / 10.0, Math.Round(b * (0.003 + (0.0001 * k)))))]);
        }

        _small = [.. _rows.Take(336).Select(r => r with { Buckets = [.. r.Buckets.Take(3)], Arms = [.. r.Arms.Take(3)] })];
        _buckets = [.. _rows[^1].Buckets];
        _strata = ArmProof.SplitStrata(_rows, 1);
    }

    /// <summary>An hourly look at a thousand running bandits of three arms, 14 days old: step and proofs. Goal: within 2 s of CPU.</summary>
    [Benchmark]
    public double ThousandBandits()
    {
        var sum = 0.0;
        for (var bandit = 0; bandit < 1000; bandit++)
        {
            sum += BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Proportion, _small[0].Buckets, _small)).RelativeLoss ?? 0;
            for (var arm = 1; arm < 3; arm++)
            {
                sum += ArmProof.Of(ProofMethod.Split, _small, arm, true, 0.05, null).LogBetter;
            }
        }

        return sum;
    }

    [Benchmark]
    public double[] ProbabilityBestOfTen() => ProbabilityBest.Beta(_posteriors);

    [Benchmark]
    public BanditUpdate StepOnly() => BanditStep.Compute(BanditSettings.Default, new BanditInput(KpiKind.Proportion, _buckets, _rows));

    [Benchmark]
    public double EvidenceOfOneArm() => SplitProcess.LogBetter(_strata, true);

    [Benchmark]
    public double? SequenceOfOneArm() => SplitProcess.LogRatioInterval(_strata, 0.05).Lower;

    /// <summary>All of it, on a day that closes a cycle: the dearest update that there is.</summary>
    [Benchmark(Baseline = true)]
    public PromotionReading WholeUpdate() =>
        Promotion.Judge(new PromotionRule(), new PromotionInput(_rows, 63, StepOnly()) { TreatmentsEverStarted = Arms - 1 });
}
