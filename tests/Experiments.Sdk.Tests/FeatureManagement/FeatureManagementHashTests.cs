using System.Text;
using Experiments.Sdk.FeatureManagement;

namespace Experiments.Sdk.Tests.FeatureManagement;

public sealed class FeatureManagementHashTests
{
    [Theory]
    [InlineData("user-1", "allocation\nCheckout", 51.395857043424)]
    [InlineData("user-1", "seed-7", 4.831222399331)]
    [InlineData("user-2", "allocation\nCheckout", 33.557850991738)]
    [InlineData("Marsha", "seed-7", 25.236512377215)]
    public void Percentile_GoldenVector_MatchesTheLibrary(string user, string seed, double expected)
    {
        var hash = FeatureManagementHash.Hash(Encoding.UTF8.GetBytes(user), FeatureManagementHash.Suffix(seed), new byte[100]);
        Assert.Equal(expected, FeatureManagementHash.Percentile(hash), 1e-11);
    }

    [Fact]
    public void DefaultSeed_IsTheLibrarys() => Assert.Equal("allocation\nCheckout", FeatureManagementHash.DefaultSeed("Checkout"));

    [Theory]
    [InlineData(0, 0, 30, true)]
    [InlineData(30, 0, 30, false)]
    [InlineData(30, 30, 100, true)]
    [InlineData(100, 30, 100, true)]
    [InlineData(50, 50, 50, false)]
    public void Contains_TheEnds(double percentile, double from, double to, bool expected) =>
        Assert.Equal(expected, FeatureManagementHash.Contains(percentile, from, to));
}
