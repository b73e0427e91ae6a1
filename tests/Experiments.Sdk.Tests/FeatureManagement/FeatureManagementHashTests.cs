using Experiments.Sdk.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Experiments.Sdk.Tests.FeatureManagement;

public sealed class FeatureManagementHashTests
{
    [Theory]
    [InlineData("user-1", "allocation\nCheckout", 51.395857043424)]
    [InlineData("user-1", "seed-7", 4.831222399331)]
    [InlineData("user-2", "allocation\nCheckout", 33.557850991738)]
    [InlineData("Marsha", "seed-7", 25.236512377215)]
    public void Percentile_GoldenVector_MatchesTheLibrary(string user, string seed, double expected) =>
        Assert.Equal(expected, FeatureManagementHash.Percentile(user, seed), 1e-11);

    [Fact]
    public void DefaultSeed_IsTheLibrarys() => Assert.Equal("allocation\nCheckout", FeatureManagementHash.DefaultSeed("Checkout"));

    [Fact]
    public async Task Percentile_OfManyUsers_PutsEachWhereTheLibraryDoes()
    {
        await using var app = new FeatureApp();
        (string Name, double From, double To)[] allocation = [("A", 0, 30), ("B", 30, 75), ("C", 75, 100)];
        for (var i = 0; i < 2000; i++)
        {
            var user = $"user-{i}";
            var percentile = FeatureManagementHash.Percentile(user, FeatureManagementHash.DefaultSeed("Split"));
            var variant = await app.Features.GetVariantAsync("Split", new TargetingContext { UserId = user, Groups = [] }, CancellationToken.None);
            Assert.Equal(variant.Name, allocation.Single(part => FeatureManagementHash.Contains(percentile, part.From, part.To)).Name);
        }
    }
}
