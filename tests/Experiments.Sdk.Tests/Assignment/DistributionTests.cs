using System.Globalization;
using System.Numerics;
using Experiments.Sdk.Assignment;

namespace Experiments.Sdk.Tests.Assignment;

/// <summary>Variants follow the weights under every salt, and the variant in one experiment says nothing about that in another.</summary>
public sealed class DistributionTests
{
    private const int Salts = 50;
    private const int UsersPerWord = 64;
    private const double Weight = 0.3;

    [Fact]
    public void Variants_SomeUsers_FollowTheWeightsAndAreIndependent() => Check(UsersPerWord * 320);

    [Fact, Trait("Speed", "Slow")]
    public void Variants_AMillionUsers_FollowTheWeightsAndAreIndependent() => Check(1_000_000);

    /// <summary>Quantiles of 99.9 %, over all salts and all pairs of them.</summary>
    private static void Check(int users)
    {
        var inSecond = Assign(users);
        var counts = inSecond.Select(bits => (double)bits.Sum(word => (long)BitOperations.PopCount(word))).ToArray();

        // One degree of freedom each: 50 together, of which the largest is that of 50.
        var fits = counts.Select(count => Square(count - (users * Weight)) / (users * Weight * (1 - Weight))).ToArray();
        Assert.InRange(fits.Sum(), 24.67, 86.66);
        Assert.InRange(fits.Max(), 0, 18.2);

        // Fourfold tables of the 1,225 pairs, one degree of freedom each; the sum is near the normal with variance 2 × 1,225.
        var pairs = (from first in Enumerable.Range(0, Salts)
                     from second in Enumerable.Range(first + 1, Salts - first - 1)
                     select Independence(users, counts[first], counts[second], Common(inSecond[first], inSecond[second]))).ToArray();
        Assert.Equal(1225, pairs.Length);
        Assert.InRange(pairs.Sum(), 1062, 1388);
        Assert.InRange(pairs.Max(), 0, 24.3);
    }

    /// <summary>A bit per user and salt: whether he has the second variant.</summary>
    private static ulong[][] Assign(int users)
    {
        var parameters = Enumerable.Range(0, Salts).Select(salt => $"p{salt}").ToArray();
        var evaluator = SnapshotEvaluator.Compile(Make.Snapshot(
            [.. parameters.Select((parameter, salt) => Make.Experiment($"e{salt}", parameter, weights: [1 - Weight, Weight]))]));
        var bits = parameters.Select(_ => new ulong[users / UsersPerWord]).ToArray();
        Parallel.For(0, users / UsersPerWord, word =>
        {
            for (var bit = 0; bit < UsersPerWord; bit++)
            {
                var user = string.Create(CultureInfo.InvariantCulture, $"user-{(word * UsersPerWord) + bit}");
                for (var salt = 0; salt < Salts; salt++)
                {
                    bits[salt][word] |= (ulong)evaluator.Evaluate(parameters[salt], user, null).VariantIndex << bit;
                }
            }
        });
        return bits;
    }

    private static double Common(ulong[] first, ulong[] second) =>
        first.Zip(second, (one, other) => (long)BitOperations.PopCount(one & other)).Sum();

    /// <summary>Pearson's chi-square of a fourfold table from its margins and one cell.</summary>
    private static double Independence(double users, double first, double second, double both) =>
        users * Square((both * users) - (first * second)) / (first * (users - first) * second * (users - second));

    private static double Square(double value) => value * value;
}
