using Experiments.Stats.Bandits;
using Experiments.Stats.Bayesian;

namespace Experiments.Stats.Tests.Bandits;

/// <summary>What must hold for every bandit, checked on seeded random ones.</summary>
public sealed class BanditPropertyTests
{
    private readonly Random _random = new(11);

    [Fact]
    public void Compute_OtherArmsPermuted_PermutesTheProbabilities()
    {
        for (var run = 0; run < 100; run++)
        {
            var arms = _random.Next(2, 9);
            var rows = Table(arms, _random.Next(1, 20));
            int[] order = [0, .. Enumerable.Range(1, arms - 1).OrderBy(_ => _random.Next())];
            var (direct, permuted) = (Best(rows), Best([.. rows.Select(r => Permute(r, order))]));
            for (var k = 0; k < arms; k++)
            {
                Vectors.Near(direct[order[k]], permuted[k], 1e-11);
            }
        }
    }

    [Fact]
    public void ProbabilityBest_OfAnyTable_AddsUpToOne()
    {
        for (var run = 0; run < 200; run++)
        {
            Vectors.Near(1, Best(Table(_random.Next(1, 12), _random.Next(1, 12))).Sum(), 1e-12);
        }
    }

    [Fact]
    public void Next_AnyTable_AddsUpMovesNoMoreThanAllowedAndRestsAtItsTarget()
    {
        for (var run = 0; run < 2000; run++)
        {
            var arms = _random.Next(2, 13);
            var settings = new BanditSettings
            {
                Floor = _random.NextDouble() * 0.05,
                ControlShare = 0.1 + (0.3 * _random.NextDouble()),
                MaximumMove = 0.01 + (0.5 * _random.NextDouble()),
            };
            var (best, old, all) = (Simplex(arms), Buckets(arms), Enumerable.Repeat(true, arms).ToArray());
            var next = Allocation.Next(settings, best, old, all);
            Assert.Equal(Allocation.Buckets, next.Sum());
            Assert.All(next, b => Assert.InRange(b, 0, Allocation.Buckets));
            var moved = next.Zip(old, (n, o) => Math.Max(0, n - o)).Sum();
            Assert.True(moved <= (settings.MaximumMove * Allocation.Buckets) + arms, $"{moved} moved");

            for (var step = 0; step < 200 && !next.SequenceEqual(old); step++)
            {
                (old, next) = (next, Allocation.Next(settings, best, next, all));
            }

            Assert.Equal(old, next);
            Assert.True(old[0] >= Math.Floor(settings.ControlShare * Allocation.Buckets) - 1, "the control's share is guaranteed");
        }
    }

    [Fact]
    public void Next_ArmPaused_LeavesAtOnceAndTheOthersStayInTheirRatio()
    {
        for (var run = 0; run < 500; run++)
        {
            var arms = _random.Next(3, 10);
            var (old, active) = (Buckets(arms), Enumerable.Repeat(true, arms).ToArray());
            var paused = _random.Next(arms);
            active[paused] = false;
            var next = Allocation.WithoutInactive(old, active);
            Assert.Equal(0, next[paused]);
            Assert.Equal(Allocation.Buckets, next.Sum());
            for (var k = 0; k < arms; k++)
            {
                Assert.InRange(next[k] - (active[k] ? old[k] * (double)Allocation.Buckets / (Allocation.Buckets - old[paused]) : 0), -1, 1);
            }

            Assert.Equal(0, Allocation.Next(BanditSettings.Default, Simplex(arms), old, active)[paused]);
        }
    }

    [Fact]
    public void LogEvidence_StrataMergedAndReordered_GivesTheSame()
    {
        for (var run = 0; run < 200; run++)
        {
            var strata = Enumerable.Range(0, _random.Next(2, 30)).Select(_ => Stratum(_random.Next(1, 6) / 6.0)).ToArray();
            SplitStratum[] merged = [.. strata.GroupBy(s => s.ArmShare).Select(g => new SplitStratum(g.Key, g.Sum(s => s.ArmConversions), g.Sum(s => s.ControlConversions)))];
            SplitStratum[] shuffled = [.. strata.OrderBy(_ => _random.Next())];
            foreach (var other in new[] { merged, shuffled })
            {
                Near(SplitProcess.LogEvidence(strata, -0.05, Direction.Up), SplitProcess.LogEvidence(other, -0.05, Direction.Up));
                Near(SplitProcess.LogHarm(strata, true), SplitProcess.LogHarm(other, true));
                Near(SplitProcess.LogRatioInterval(strata, 0.05).Lower ?? -5, SplitProcess.LogRatioInterval(other, 0.05).Lower ?? -5);
            }
        }
    }

    [Fact]
    public void LogEvidence_OverTheCoin_HasExpectationOne()
    {
        for (var total = 0; total <= 20; total++)
        {
            foreach (var (share, null0, direction) in new[]
            {
                (0.5, 0.0, Direction.Up), (0.03, 0, Direction.Down), (0.9, 0, Direction.Up), (0.7, Math.Log(0.95), Direction.Up), (0.2, Math.Log(1.02), Direction.Down),
            })
            {
                // Under the null each converter is a coin of probability pi e^theta/(1 + pi (e^theta - 1)).
                var coin = share * Math.Exp(null0) / (1 + (share * (Math.Exp(null0) - 1)));
                var (expectation, mass) = (0.0, Math.Pow(1 - coin, total));
                for (var arm = 0; arm <= total; arm++)
                {
                    expectation += mass * Math.Exp(SplitProcess.LogEvidence([new SplitStratum(share, arm, total - arm)], null0, direction));
                    mass *= coin / (1 - coin) * (total - arm) / (arm + 1);
                }

                Vectors.Near(1, expectation, 1e-12, $"{total} {share} {null0}");
            }
        }
    }

    [Fact]
    public void Close_AnyCycles_IsTheSumOverStartDaysOfTheProducts()
    {
        for (var run = 0; run < 50; run++)
        {
            var (state, cycles) = (HoldbackState.Initial, new List<SplitStratum>());
            for (var cycle = 0; cycle < 25; cycle++)
            {
                cycles.Add(new SplitStratum(_random.Next(2) == 0 ? 0.95 : 0.75, _random.Next(0, 400), _random.Next(0, 60)));
                var (next, log, _) = HoldbackDetector.Close(new HoldbackPlan(), state, [cycles[^1]]);
                var sum = Enumerable.Range(0, cycles.Count).Sum(start => Math.Exp(SplitProcess.LogHarm([.. cycles.Skip(start)], true)));
                Near(Math.Log(sum), log);
                state = next;
            }
        }
    }

    [Fact]
    public void LogRatioInterval_AnyStrata_EqualsEightyBisections()
    {
        for (var run = 0; run < 100; run++)
        {
            var size = Math.Pow(10, _random.Next(0, 5));
            SplitStratum[] strata = [.. Enumerable.Range(0, _random.Next(1, 9)).Select(_ => new SplitStratum(
                0.02 + (0.96 * _random.NextDouble()), Math.Round(size * _random.NextDouble()), Math.Round(size * _random.NextDouble())))];
            var interval = SplitProcess.LogRatioInterval(strata, 0.05);
            if (SplitProcess.LogRatio(strata) is not { } peak)
            {
                Assert.Equal(Interval.Unbounded, interval);
                continue;
            }

            Vectors.Near(Bisect(theta => -Slope(strata, theta), -5, 5), peak, 1e-9);
            var level = Level(strata);
            Vectors.Near(Bisect(theta => Level(strata, theta) - level, -5, peak), interval.Lower ?? -5, 1e-9);
            Vectors.Near(Bisect(theta => level - Level(strata, theta), peak, 5), interval.Upper ?? 5, 1e-9);
        }
    }

    [Fact]
    public void Read_ArmsSwapped_MirrorsTheScore()
    {
        for (var run = 0; run < 100; run++)
        {
            ScoreStratum[] rows = [.. Enumerable.Range(0, 6).Select(i => new ScoreStratum(i / 2, 0.1 + (0.8 * _random.NextDouble()), Cell(), Cell()))];
            ScoreStratum[] swapped = [.. rows.Select(r => new ScoreStratum(r.Epoch, 1 - r.ArmShare, r.Control, r.Arm))];
            var (direct, mirror) = (ScoreProcess.Read(rows, ScoreScale.Of(rows)), ScoreProcess.Read(swapped, ScoreScale.Of(swapped)));
            Vectors.NearRelative(direct.Variance, mirror.Variance, 1e-10);
            Near(direct.LogEvidence(Direction.Up), mirror.LogEvidence(Direction.Down), 1e-8);
        }
    }

    [Fact]
    public void Everything_ExtremeInputs_IsNeverNaN()
    {
        double[] extremes = [0, 1, 3, 1e3, 1e6, 1e9];
        double Any() => extremes[_random.Next(extremes.Length)];
        for (var run = 0; run < 500; run++)
        {
            var rows = Enumerable.Range(0, 3).Select(day => Rows.Of(
                day, day, Enumerable.Range(0, 3).Select(_ => ArmCell.OfProportion(Any(), Any())), [3334, 3333, 3333])).ToArray();
            foreach (var kind in new[] { KpiKind.Proportion, KpiKind.Mean })
            {
                var update = BanditStep.Compute(BanditSettings.Default, new BanditInput(kind, [3334, 3333, 3333], rows) { IncreaseIsGood = run % 2 == 0 });
                Assert.Equal(Allocation.Buckets, update.Buckets.Sum());
                Assert.All(update.ProbabilityBest ?? [], p => Assert.InRange(p, 0, 1));
                Assert.True(update.RelativeLoss is null || double.IsFinite(update.RelativeLoss.Value));
            }

            foreach (var method in new[] { ProofMethod.Split, ProofMethod.Score })
            {
                var proof = ArmProof.Of(method, rows, 1, true, 0.05, ScoreScale.Of(ArmProof.ScoreStrata(rows, 1)));
                Assert.True(double.IsFinite(proof.LogBetter) && double.IsFinite(proof.LogHarm), $"{method} {proof}");
                Assert.False(proof.RelativeLift is double.NaN || proof.LiftInterval.Lower is double.NaN || proof.LiftInterval.Upper is double.NaN);
            }
        }
    }

    private static double Level(SplitStratum[] strata)
    {
        var terms = SplitGrid.Effects.Zip(SplitGrid.Weights).SelectMany(g => new[] { (g.Second, Level(strata, g.First)), (g.Second, Level(strata, -g.First)) }).ToArray();
        var top = terms.Max(t => t.Item2);
        return top + Math.Log(terms.Sum(t => 0.5 * t.Item1 * Math.Exp(t.Item2 - top))) - Math.Log(20);
    }

    private static double Level(SplitStratum[] strata, double theta) => strata.Sum(
        s => (s.ArmConversions * theta) - ((s.ArmConversions + s.ControlConversions) * Math.Log(1 - s.ArmShare + (s.ArmShare * Math.Exp(theta)))));

    private static double Slope(SplitStratum[] strata, double theta) => strata.Sum(
        s => s.ArmConversions - ((s.ArmConversions + s.ControlConversions) * s.ArmShare * Math.Exp(theta) / (1 - s.ArmShare + (s.ArmShare * Math.Exp(theta)))));

    // Root of a rising function; the end that is nearest when there is none.
    private static double Bisect(Func<double, double> f, double low, double high)
    {
        for (var step = 0; step < 80; step++)
        {
            var middle = 0.5 * (low + high);
            (low, high) = f(middle) > 0 ? (low, middle) : (middle, high);
        }

        return 0.5 * (low + high);
    }

    private EpochRow[] Table(int arms, int days) => [.. Enumerable.Range(0, days).Select(day => Rows.Of(day, day, Enumerable.Range(0, arms).Select(_ =>
    {
        var users = _random.Next(0, 3000);
        return ArmCell.OfProportion(users, _random.Next(0, (users / 10) + 1));
    })))];

    private static double[] Best(EpochRow[] rows)
    {
        var arms = rows[0].Arms.Count;
        var posteriors = PosteriorUpdate.Compute(KpiKind.Proportion, true, BanditSettings.Default, rows, 0);
        return posteriors?.ProbabilityBest([.. Enumerable.Repeat(true, arms)]) ?? ProbabilityBest.Beta([.. Enumerable.Repeat(BetaPosterior.Flat, arms)]);
    }

    private static EpochRow Permute(EpochRow row, int[] order) =>
        row with { Arms = [.. order.Select(k => row.Arms[k])], Buckets = [.. order.Select(k => row.Buckets[k])] };

    private double[] Simplex(int arms)
    {
        var weights = Enumerable.Range(0, arms).Select(_ => -Math.Log(1 - _random.NextDouble())).ToArray();
        return [.. weights.Select(w => w / weights.Sum())];
    }

    private int[] Buckets(int arms) => Allocation.Next(
        new BanditSettings { Floor = 0.01, ControlShare = 0.05, MaximumMove = 1 }, Simplex(arms), [.. Enumerable.Repeat(1, arms)], [.. Enumerable.Repeat(true, arms)]);

    private SplitStratum Stratum(double share) => new(share, _random.Next(0, 300), _random.Next(0, 300));

    private ArmCell Cell()
    {
        var n = _random.Next(100, 4000);
        return ArmCell.OfMean(new MeanMoments(n, 3 + (2 * _random.NextDouble()), n * 50.0), n / 10);
    }

    private static void Near(double expected, double actual, double tolerance = 1e-10) =>
        Vectors.Near(expected, actual, tolerance * Math.Max(1, Math.Abs(expected)));
}
