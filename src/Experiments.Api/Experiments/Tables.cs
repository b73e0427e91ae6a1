using System.Globalization;
using Experiments.Api.Catalog;
using Experiments.Sdk.Assignment;

namespace Experiments.Api.Experiments;

/// <summary>Epochs of an experiment: from weights to the SDK's table of buckets, moving nobody who need not move.</summary>
internal static class Tables
{
    public static int[] BucketsOf(IReadOnlyList<Variant> variants) => BucketTable.BucketsFromWeights([.. variants.Select(v => v.Weight)]);

    /// <summary>The epoch that an experiment starts with.</summary>
    public static Epoch First(IReadOnlyList<Variant> variants, DateTimeOffset at) =>
        Make(0, BucketTable.Empty(), BucketsOf(variants), at) with { Weights = WeightsOf(variants) };

    /// <summary>The epoch after another.</summary>
    public static Epoch Next(Epoch before, IReadOnlyList<int> buckets, DateTimeOffset at) =>
        Make(before.Id + 1, BucketTable.Expand(before.Table!), [.. buckets], at);

    /// <summary>The epoch of an experiment whose variants' weights have changed, none of a bandit's learned weights forgotten.</summary>
    public static Epoch After(Experiment experiment, DateTimeOffset at)
    {
        var last = experiment.Epochs[^1];
        return experiment.Bandit is null
            ? Next(last, BucketsOf(experiment.Variants), at) with { Weights = WeightsOf(experiment.Variants) }
            : Next(last, BanditBuckets.Of(experiment, last.Buckets), at);
    }

    /// <summary>Weights as declared.</summary>
    public static IReadOnlyList<double> WeightsOf(IReadOnlyList<Variant> variants) => [.. variants.Select(v => v.Weight)];

    private static Epoch Make(int id, short[] before, int[] buckets, DateTimeOffset at)
    {
        var table = BucketTable.Rebucket(before, buckets);
        return new Epoch(id, at, buckets, BucketTable.RunLength(table)) { TableHash = HashOf(table) };
    }

    private static string HashOf(short[] table)
    {
        var hash = 2_166_136_261u;
        foreach (var variant in table) hash = unchecked((hash ^ (byte)variant) * 16_777_619u);
        return hash.ToString("x8", CultureInfo.InvariantCulture);
    }
}
