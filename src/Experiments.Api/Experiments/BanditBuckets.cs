using Experiments.Api.Catalog;
using Experiments.Sdk.Assignment;

namespace Experiments.Api.Experiments;

/// <summary>What a running bandit's buckets become when an arm is taken out, or brought back by a person.</summary>
/// <remarks>A weight of 0 takes an arm out; another weight means no more than that it takes part. One that comes back gets the floor and
/// earns more by itself; the others keep their shares among themselves.</remarks>
internal static class BanditBuckets
{
    public static int[] Of(Experiment experiment, IReadOnlyList<int> before)
    {
        var active = experiment.Variants.Select(v => v.Weight > 0).ToList();
        var count = active.Count(a => a);
        var floor = Math.Min(experiment.Bandit!.Floor, 0.5 / count);
        var kept = before.Where((b, i) => active[i]).Sum();
        if (kept == 0) return BucketTable.BucketsFromWeights([.. active.Select(a => a ? 1.0 : 0)]);

        var returned = before.Where((b, i) => active[i] && b == 0).Count();
        return BucketTable.BucketsFromWeights(
        [
            .. before.Select((b, i) => !active[i] ? 0 : b == 0 ? floor : (1 - (returned * floor)) * b / kept),
        ]);
    }
}
