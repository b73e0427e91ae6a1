using System.Text.Json;
using Experiments.Sdk.Assignment;

namespace Experiments.Sdk.Tests.Assignment;

public sealed class BucketTableTests
{
    private static readonly Dictionary<string, Vector> Cases = Vectors.Read<VectorFile>("bandit_vectors.json").Cases
        .Where(c => c.Kind is "rebucket" or "rebucket_small").ToDictionary(c => c.Id);

    public static TheoryData<string> CaseIds => [.. Cases.Keys];

    [Theory, MemberData(nameof(CaseIds))]
    public void Rebucket_GoldenVector_MatchesReference(string id)
    {
        var vector = Cases[id];
        if (vector.Kind == "rebucket_small")
        {
            Assert.Equal(vector.Expected.Table!, BucketTable.Rebucket(vector.Input.Table!, vector.Input.Target!));
            return;
        }

        var table = BucketTable.Empty();
        foreach (var (targets, expected) in vector.Input.Targets!.Zip(vector.Expected.Steps!))
        {
            var old = table;
            table = BucketTable.Rebucket(old, targets);

            Assert.Equal(expected.Buckets, BucketTable.Count(table, targets.Length));
            Assert.Equal(expected.Moved, old.Zip(table).Count(pair => pair.First >= 0 && pair.First != pair.Second));
            Assert.Equal(expected.Runs, BucketTable.RunLength(table));
            Assert.Equal(expected.Fnv1a32, Fnv1a(table));
            Assert.Equal(table, BucketTable.Expand(BucketTable.RunLength(table)));
        }
    }

    [Fact]
    public void Rebucket_AnyWeights_MovesExactlyTheNeededShare()
    {
        var random = new Random(20260101);
        var table = BucketTable.Empty();
        for (var round = 0; round < 200; round++)
        {
            var targets = BucketTable.BucketsFromWeights([.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.NextDouble() + 1e-6)]);
            var old = table;
            var before = BucketTable.Count(old, Math.Max(9, targets.Length));
            table = BucketTable.Rebucket(old, targets);

            Assert.Equal(targets, BucketTable.Count(table, targets.Length));
            var needed = targets.Select((target, variant) => Math.Max(0, target - before[variant])).Sum();
            Assert.Equal(needed, old.Zip(table).Count(pair => pair.First != pair.Second));
        }
    }

    [Theory]
    [InlineData(new[] { 1.0, 1.0, 1.0 }, new[] { 3334, 3333, 3333 })]
    [InlineData(new[] { 1.0, 2.0, 0.0 }, new[] { 3333, 6667, 0 })]
    [InlineData(new[] { 0.1, 0.2, 0.7 }, new[] { 1000, 2000, 7000 })]
    [InlineData(new[] { 5.0 }, new[] { 10_000 })]
    public void BucketsFromWeights_KnownWeights_LargestRemainder(double[] weights, int[] expected) =>
        Assert.Equal(expected, BucketTable.BucketsFromWeights(weights));

    [Theory]
    [InlineData(new[] { -1.0, 2.0 })]
    [InlineData(new[] { double.NaN })]
    [InlineData(new[] { double.PositiveInfinity })]
    [InlineData(new[] { 0.0, 0.0 })]
    [InlineData(new double[0])]
    public void BucketsFromWeights_ImpossibleWeights_AreRefused(double[] weights) =>
        Assert.Equal("weights", Assert.Throws<ArgumentException>(() => BucketTable.BucketsFromWeights(weights)).ParamName);

    [Theory]
    [InlineData("[]")]
    [InlineData("[[1,0]]")]
    [InlineData("[[0,0],[0,1]]")]
    [InlineData("[[0,0],[10000,1]]")]
    [InlineData("[[0,-1]]")]
    [InlineData("[[0]]")]
    [InlineData("[null]")]
    [InlineData("[[0,0],null]")]
    public void Expand_MalformedRuns_AreRefused(string runs) =>
        Assert.ThrowsAny<Exception>(() => BucketTable.Expand(JsonSerializer.Deserialize<int[][]>(runs)!));

    private static uint Fnv1a(short[] table)
    {
        var hash = 2166136261u;
        foreach (var variant in table) hash = unchecked((hash ^ (byte)variant) * 16777619u);
        return hash;
    }

    internal sealed record VectorFile(IReadOnlyList<Vector> Cases);

    internal sealed record Vector(string Id, string Kind, VectorInput Input, VectorExpected Expected);

    internal sealed record VectorInput(IReadOnlyList<int[]>? Targets, short[]? Table, int[]? Target);

    internal sealed record VectorExpected(IReadOnlyList<Step>? Steps, short[]? Table);

    internal sealed record Step(int[] Buckets, int Moved, IReadOnlyList<int[]> Runs, uint Fnv1a32);
}
