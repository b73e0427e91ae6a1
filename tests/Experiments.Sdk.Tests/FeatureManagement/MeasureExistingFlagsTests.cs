using Experiments.Sdk.FeatureManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Experiments.Sdk.Tests.FeatureManagement;

public sealed class MeasureExistingFlagsTests
{
    private const string Flags = """
        {"feature_management":{"feature_flags":[
          {"id":"Big Checkout","enabled":true,"telemetry":{"enabled":true},"variants":[{"name":"Old"},{"name":"New One"}],
           "allocation":{"default_when_enabled":"Old","percentile":[{"variant":"New One","from":0,"to":40}],"user":[{"variant":"New One","users":["tester"]}]}},
          {"id":"Quiet","enabled":true,"variants":[{"name":"A"},{"name":"B"}],
           "allocation":{"percentile":[{"variant":"A","from":0,"to":50},{"variant":"B","from":50,"to":100}]}},
          {"id":"Plain","enabled":true,"telemetry":{"enabled":true}}]}}
        """;

    [Fact]
    public async Task ExistingFlag_WithTelemetry_ReportsWhoWasGivenWhatByChance()
    {
        await using var service = new LoopbackService { Snapshot = Make.Snapshot(Make.Experiment("e", "ours")) };
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Flags)));
        builder.Services.AddFeatureManagement()
            .WithExperiments(options => options.Endpoint = service.Endpoint)
            .MeasureExistingFlags(feature => feature.Contains("elsewhere", StringComparison.Ordinal) ? null : FeatureMeasurementOptions.KeyOf(feature));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var features = host.Services.GetRequiredService<IVariantFeatureManager>();

        var expected = new Dictionary<string, string>();
        for (var i = 0; i < 40; i++)
        {
            var user = new TargetingContext { UserId = $"measured-{i}", Groups = [] };
            var variant = await features.GetVariantAsync("Big Checkout", user, TestContext.Current.CancellationToken);
            expected.Add(user.UserId, variant.Name == "Old" ? "old" : "new-one");
            await features.IsEnabledAsync("Big Checkout", user, TestContext.Current.CancellationToken);
            await features.GetVariantAsync("Quiet", user, TestContext.Current.CancellationToken);
            await features.IsEnabledAsync("Plain", user, TestContext.Current.CancellationToken);
        }

        await features.GetVariantAsync("Big Checkout", new TargetingContext { UserId = "tester", Groups = [] }, TestContext.Current.CancellationToken);
        await features.GetVariantAsync("ours", new TargetingContext { UserId = "measured-0", Groups = [] }, TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);

        // The source of telemetry is one for the process: other tests' features may be heard too.
        var exposures = service.Accepted.Values
            .Select(e => (User: e.GetProperty("user").GetString()!, Experiment: e.GetProperty("experiment").GetString(), Variant: e.GetProperty("variant").GetString()!))
            .Where(e => e.User.StartsWith("measured-", StringComparison.Ordinal) || e.User == "tester")
            .ToList();
        Assert.Equal(
            expected.OrderBy(e => e.Key, StringComparer.Ordinal),
            exposures.Where(e => e.Experiment == "big-checkout").Select(e => KeyValuePair.Create(e.User, e.Variant)).OrderBy(e => e.Key, StringComparer.Ordinal));
        Assert.Equal(2, expected.Values.Distinct().Count());
        Assert.Equal(["e"], exposures.Where(e => e.Experiment != "big-checkout").Select(e => e.Experiment));
    }

    [Theory]
    [InlineData("Big Checkout", "big-checkout")]
    [InlineData("a.b_c-1", "a.b_c-1")]
    [InlineData("Été", "-t-")]
    public void KeyOf_AName_IsAKey(string name, string key) => Assert.Equal(key, FeatureMeasurementOptions.KeyOf(name));
}
