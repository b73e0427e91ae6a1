using System.Globalization;
using System.Text;
using System.Text.Json;
using Experiments.Sdk.Assignment;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Experiments.Sdk.Tests.FeatureManagement;

/// <summary>The hash <c>msfm-v1</c> beside Microsoft.FeatureManagement itself, which reads the same allocation as JSON.</summary>
public sealed class FeaturePlanTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(null, "A 0 30,B 30 75,C 75 100", null)]
    [InlineData("seed-7", "A 0 30,B 30 75,C 75 100", null)]
    [InlineData("graine é\u00a0ü", "B 0 0.5,A 0.5 33.333333,C 33.333333 33.34,B 33.34 99.999", "A")]
    [InlineData("s", "C 90 100,A 10 20", "B")]
    public async Task Choose_FortyThousandUsers_TheLibrarysVariant(string? seed, string percentiles, string? otherwise)
    {
        FeaturePercentile[] parts = [.. percentiles.Split(',').Select(Part)];
        var allocation = new FeatureAllocation
        {
            Seed = seed ?? "allocation\nCheckout",
            Percentile = [.. parts.Select(p => p with { Variant = KeyOf(p.Variant) })],
            DefaultWhenEnabled = otherwise is null ? null : KeyOf(otherwise),
        };
        var evaluator = Compile(allocation);
        var json = JsonSerializer.Serialize(new { seed, percentile = parts, default_when_enabled = otherwise }, Options);
        await using var library = Library(json);
        var features = library.GetRequiredService<IVariantFeatureManager>();
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < 10_000; i++)
        {
            var user = UserOf(i);
            var expected = (await features.GetVariantAsync("Checkout", new TargetingContext { UserId = user, Groups = [] }, None))?.Name;
            var variant = evaluator.Evaluate("Checkout", user, null).Variant;
            Assert.Equal(expected is null ? null : KeyOf(expected), variant);
            counts[variant ?? ""] = counts.GetValueOrDefault(variant ?? "") + 1;
        }

        // The declared shares are those that users get: within five standard deviations.
        foreach (var arm in evaluator.ArmsOf("Checkout"))
        {
            var share = allocation.ShareOf(arm.Variant) / 100;
            Assert.InRange(counts.GetValueOrDefault(arm.Variant) - (10_000 * share), -500 * Math.Sqrt(share * (1 - share)) - 1, 500 * Math.Sqrt(share * (1 - share)) + 1);
        }
    }

    [Fact]
    public async Task Choose_NamedUsersAndGroups_TheLibrarysVariantAndNotByChance()
    {
        var allocation = new FeatureAllocation
        {
            Seed = "allocation\nCheckout",
            Percentile = [new("a", 0, 50), new("b", 50, 100)],
            User = [new("c", [Named("marsha"), Named("é")]), new("a", [Named("marsha")])],
            Group = [new("b", ["beta", "staff"]), new("c", ["staff", "ring 1"])],
        };
        var evaluator = Compile(allocation);
        await using var library = Library(
            """
            {"percentile":[{"variant":"A","from":0,"to":50},{"variant":"B","from":50,"to":100}],
             "user":[{"variant":"C","users":["marsha","é"]},{"variant":"A","users":["marsha"]}],
             "group":[{"variant":"B","groups":["beta","staff"]},{"variant":"C","groups":["staff","ring 1"]}]}
            """);
        var features = library.GetRequiredService<IVariantFeatureManager>();
        string[][] groups = [[], ["beta"], ["staff"], ["ring 1", "staff"], ["ring 1"], ["other"], ["Beta"]];
        foreach (var user in Enumerable.Range(0, 20).Select(UserOf).Concat(["marsha", "Marsha", "é"]))
        {
            foreach (var mine in groups)
            {
                var expected = await features.GetVariantAsync("Checkout", new TargetingContext { UserId = user, Groups = mine }, None);
                var evaluation = evaluator.Evaluate("Checkout", user, ExperimentContext.WithTrue(null, mine.Select(FeatureAllocation.AttributeOf)));
                Assert.Equal(KeyOf(expected.Name), evaluation.Variant);
                var named = user is "marsha" or "é" || mine.Any(group => group is "beta" or "staff" or "ring 1");
                Assert.Equal((named ? AssignmentReason.Targeted : AssignmentReason.Split, named ? null : 0.5), (evaluation.Reason, evaluation.Propensity));
            }
        }
    }

    [Fact]
    public void Choose_AllocatesNothing()
    {
        var evaluator = Compile(new FeatureAllocation
        {
            Seed = "s",
            Percentile = [new("a", 0, 50)],
            DefaultWhenEnabled = "b",
            User = [new("c", [Named("marsha")])],
            Group = [new("c", ["beta"])],
        });
        var context = new ExperimentContext { ["group:other"] = true };
        string[] users = [.. Enumerable.Range(0, 100).Select(UserOf)];
        foreach (var user in users) evaluator.Evaluate("Checkout", user, context);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var user in users) evaluator.Evaluate("Checkout", user, context);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Compile_AnAllocationOfALaterVersionOrDamaged_ServesNobody()
    {
        var good = new FeatureAllocation { Seed = "s", Percentile = [new("a", 0, 100)] };
        foreach (var bad in new[]
        {
            good with { Hash = "msfm-v2" },
            good with { Percentile = [new("missing", 0, 100)] },
            good with { Percentile = [] },
            good with { DefaultWhenEnabled = "missing" },
            good with { User = [new("a", ["marsha"])] },
            good with { Group = [new("missing", ["beta"])] },
            good with { Seed = new string('s', 5000) },
        })
        {
            var evaluator = SnapshotEvaluator.Compile(Make.Snapshot(Of(bad), Make.Experiment("other", "other")));
            Assert.Single(evaluator.Skipped);
            Assert.Equal(["other"], evaluator.Parameters);
        }
    }

    [Fact]
    public void Compile_TwoOnOneParameter_TheFirstHasIt()
    {
        var allocation = new FeatureAllocation { Seed = "s", Percentile = [new("a", 0, 100)] };
        var evaluator = SnapshotEvaluator.Compile(Make.Snapshot(Of(allocation), Of(allocation) with { Key = "second" }, Make.Experiment("third", "Checkout")));
        Assert.Single(evaluator.Skipped);
        Assert.Equal("checkout", evaluator.Evaluate("Checkout", "u", null).Experiment);
    }

    [Fact]
    public void Snapshot_ReadByAnSdkOfBefore_ServesNobody()
    {
        // It does not know the member: to it the experiment has no slots, and an experiment without slots is left out.
        var written = JsonSerializer.SerializeToNode(Make.Snapshot(Of(new FeatureAllocation { Seed = "s", Percentile = [new("a", 0, 100)] })), JsonSerializerOptions.Web)!;
        var experiment = written["experiments"]![0]!.AsObject();
        Assert.True(experiment.Remove("featureManagement"));
        Assert.Empty(SnapshotEvaluator.Compile(written.Deserialize<Snapshot>(JsonSerializerOptions.Web)!).Parameters);
    }

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    private static FeaturePercentile Part(string text) =>
        text.Split(' ') is [var variant, var from, var to] ? new(variant, Number(from), Number(to)) : throw new ArgumentException(text, nameof(text));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string KeyOf(string name) => name.ToLowerInvariant();

    private static string UserOf(int i) => (i % 4) switch { 0 => $"user-{i}", 1 => $"{i}@example.org", 2 => $"Zoë 𝒳 {i}", _ => $"{i}" };

    private static string Named(string user) => UserHasher.PseudonymOf("checkout", user)!;

    private static SnapshotEvaluator Compile(FeatureAllocation allocation)
    {
        var evaluator = SnapshotEvaluator.Compile(Make.Snapshot(Of(allocation)));
        Assert.Empty(evaluator.Skipped);
        return evaluator;
    }

    private static SnapshotExperiment Of(FeatureAllocation allocation) => Make.Experiment("checkout", "Checkout") with
    {
        Slots = [],
        Table = [],
        Variants = [new("a", Make.Json("1")), new("b", Make.Json("2")), new("c", Make.Json("3"))],
        FeatureManagement = allocation,
    };

    private static ServiceProvider Library(string allocation)
    {
        var json = $$$"""
            {"feature_management":{"feature_flags":[{"id":"Checkout","enabled":true,
             "variants":[{"name":"A","configuration_value":1},{"name":"B","configuration_value":2},{"name":"C","configuration_value":3}],
             "allocation":{{{allocation}}}}]}}
            """;
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build());
        services.AddLogging();
        services.AddFeatureManagement();
        return services.BuildServiceProvider();
    }
}
