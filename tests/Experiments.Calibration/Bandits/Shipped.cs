using Experiments.Calibration.Simulation;
using Experiments.Stats.Bandits;

namespace Experiments.Calibration.Bandits;

/// <summary>What pending users count for in the allocation.</summary>
internal enum Pending
{
    /// <summary>By the share that has usually come by their age: what is shipped.</summary>
    ByArrival,

    /// <summary>Not at all.</summary>
    Left,

    /// <summary>In full, without a conversion, until their window has closed.</summary>
    AsFailures,
}

/// <summary>The library's own bandit and its proof, run as the service runs them: one epoch a window, no cycles, no minimum days.</summary>
/// <param name="Name">Name in tables.</param>
/// <param name="Settings">Settings of the allocation.</param>
internal sealed record Shipped(string Name, BanditSettings Settings) : IPolicy
{
    /// <summary>Share of the old default after a promotion.</summary>
    private const double HoldbackShare = 0.03;

    private static readonly PromotionRule Rule = new();

    /// <summary>Weights stay equal until the promotion.</summary>
    internal bool IsUniform { get; init; }

    internal bool Promotes { get; init; } = true;

    /// <summary>All windows are read as one: what comes of it without drift adjustment.</summary>
    internal bool PoolsWindows { get; init; }

    internal Pending Pending { get; init; }

    /// <summary>Whether the confidence sequence of arm 1 is held against the truth after every window.</summary>
    internal bool ChecksCoverage { get; init; }

    public Outcome Run(Generator random, World world)
    {
        var history = new Cohorts(world);
        var buckets = Equal(world.Arms);
        var (regret, promotedAt, promoted, excluded) = (0.0, 0, -1, false);
        var shares = new double[world.Windows];
        for (var window = 0; window < world.Windows; window++)
        {
            var users = history.Serve(random, buckets);
            regret += world.Regret(users, window);
            shares[window] = users[world.Best] / (double)world.Users;
            var proof = history.Mature();
            excluded |= ChecksCoverage && !excluded && Excludes(proof, world);
            if (promoted >= 0)
            {
                continue;
            }

            var rows = history.Known(Pending);
            var update = BanditStep.Compute(Settings, new BanditInput(KpiKind.Proportion, buckets, PoolsWindows ? Pool(rows) : rows));
            if (Promotes && Wins(update, proof, world.Arms))
            {
                (promotedAt, promoted) = (window + 1, update.Leader!.Value);
                buckets = AfterPromotion(world.Arms, promoted);
            }
            else if (!IsUniform)
            {
                buckets = [.. update.Buckets];
            }
        }

        return new Outcome(regret, promotedAt, promoted, excluded, shares);
    }

    private static bool Wins(BanditUpdate update, IReadOnlyList<EpochRow> proof, int arms) =>
        update is { Leader: > 0 } && update.RelativeLoss <= Rule.MaximumRelativeLoss
            && SplitProcess.LogBetter(ArmProof.SplitStrata(proof, update.Leader.Value), true) >= Rule.LogThreshold(arms - 1);

    private static bool Excludes(IReadOnlyList<EpochRow> proof, World world)
    {
        var interval = SplitProcess.LogRatioInterval(ArmProof.SplitStrata(proof, 1), 0.05);
        var truth = Math.Log(world.Rates[1] / world.Rates[0]);
        return truth < interval.Lower || truth > interval.Upper;
    }

    private static EpochRow[] Pool(IReadOnlyList<EpochRow> rows) => rows.Count == 0 ? []
        : [rows[0] with { Arms = [.. rows[0].Arms.Select((_, k) => rows.Select(r => r.Arms[k]).Aggregate((a, b) => a + b))] }];

    internal static int[] Equal(int arms) => Allocation.WithoutInactive([.. Enumerable.Repeat(1, arms)], [.. Enumerable.Repeat(true, arms)]);

    private static int[] AfterPromotion(int arms, int promoted)
    {
        var buckets = new int[arms];
        buckets[0] = (int)(Allocation.Buckets * HoldbackShare);
        buckets[promoted] = Allocation.Buckets - buckets[0];
        return buckets;
    }
}
