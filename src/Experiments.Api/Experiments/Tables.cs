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
        Make(before.Id + 1, BucketTable.Expand(before.Table), [.. buckets], at);

    /// <summary>Weights as declared.</summary>
    public static IReadOnlyList<double> WeightsOf(IReadOnlyList<Variant> variants) => [.. variants.Select(v => v.Weight)];

    private static Epoch Make(int id, short[] before, int[] buckets, DateTimeOffset at) =>
        new(id, at, buckets, BucketTable.RunLength(BucketTable.Rebucket(before, buckets)));
}
