using System.Collections.Concurrent;
using System.Diagnostics;
using Experiments.Sdk.Assignment;
using Experiments.Sdk.FeatureManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Experiments.Sdk.Tests.FeatureManagement;

public sealed class WithExperimentsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, InlineData(false), InlineData(true)]
    public async Task Variant_OfAParameter_IsTheAssignment(bool scoped)
    {
        await using var app = new FeatureApp(Make.Snapshot(Make.Experiment("e", "button")), scoped);
        for (var i = 0; i < 50; i++)
        {
            app.User.Id = $"u{i}";
            app.NewScope();
            var expected = app.Client.Peek("button", app.User.Id, "own");
            foreach (var variant in new[]
            {
                await app.Features.GetVariantAsync("button", None),
                await app.Features.GetVariantAsync("button", new TargetingContext { UserId = app.User.Id }, None),
                await app.Get<IVariantFeatureManagerSnapshot>().GetVariantAsync("button", None),
            })
            {
                Assert.Equal(expected.Variant, variant.Name);
                Assert.Equal(expected.Value, variant.Configuration.Value);
                Assert.Equal(expected.Value, variant.Configuration.Get<string>());
            }

            Assert.True(await app.Features.IsEnabledAsync("button", None));
            Assert.True(await app.Get<IFeatureManager>().IsEnabledAsync("button"));
            Assert.True(await app.Get<IFeatureManagerSnapshot>().IsEnabledAsync("button"));
        }

        Assert.Equal(50, app.Client.Counts.Enqueued);
    }

    [Fact]
    public async Task Snapshot_InOneScope_AnswersOnce()
    {
        await using var app = new FeatureApp(Make.Snapshot(Make.Experiment("e", "button")));
        app.User.Id = "u1";
        var snapshot = app.Get<IVariantFeatureManagerSnapshot>();
        var first = await snapshot.GetVariantAsync("button", None);
        app.User.Id = "u2";
        Assert.Same(first, await snapshot.GetVariantAsync("button", None));
    }

    [Fact]
    public async Task Snapshot_NewVersionWithinTheScope_AnswersAsBeforeUntilTheNextScope()
    {
        await using var app = new FeatureApp(Make.Snapshot(Make.Experiment("e", "switch", weights: [1], values: ["true"])));
        app.User.Id = "u1";
        Assert.True(await app.Get<IVariantFeatureManagerSnapshot>().IsEnabledAsync("switch", None));
        Assert.Equal("True", (await app.Get<IVariantFeatureManagerSnapshot>().GetVariantAsync("switch", None)).Configuration.Value);

        app.Client.Offer(Make.Snapshot(Make.Experiment("e", "switch", weights: [1], values: ["false"])) with { Version = 2 });
        Assert.False(await app.Features.IsEnabledAsync("switch", None));
        Assert.True(await app.Get<IVariantFeatureManagerSnapshot>().IsEnabledAsync("switch", None));
        Assert.Equal("True", (await app.Get<IVariantFeatureManagerSnapshot>().GetVariantAsync("switch", None)).Configuration.Value);

        app.NewScope();
        Assert.False(await app.Get<IVariantFeatureManagerSnapshot>().IsEnabledAsync("switch", None));
        Assert.Equal("False", (await app.Get<IVariantFeatureManagerSnapshot>().GetVariantAsync("switch", None)).Configuration.Value);
    }

    [Fact]
    public async Task Groups_OfTheTargetingContext_DecideOwnFeatures()
    {
        var french = new AudienceCondition { Attribute = "country", EqualTo = Make.Json("\"FR\"") };
        await using var app = new FeatureApp(Make.Snapshot(Make.Experiment("e", "Ring") with { Audience = french }));
        foreach (var targeting in new[] { new TargetingContext { UserId = "u1", Groups = ["beta"] }, new TargetingContext { UserId = "u1", Groups = [] } })
        {
            var isBeta = targeting.Groups.Any();
            (app.User.Id, app.User.Groups) = (targeting.UserId, targeting.Groups);
            app.Attributes.Current = null;
            app.NewScope();
            Assert.Equal(isBeta, await app.Features.IsEnabledAsync("ForBeta", None));
            Assert.Equal(isBeta, await app.Features.IsEnabledAsync("ForBeta", targeting, None));
            foreach (var features in new[] { app.Features, app.Get<IVariantFeatureManagerSnapshot>() })
            {
                Assert.Equal(isBeta ? "Early" : "Late", (await features.GetVariantAsync("Ring", None)).Name);
            }

            // Where the experiment has the user, his group has no say: a chosen group would not be comparable.
            app.Attributes.Current = new ExperimentContext { ["country"] = "FR" };
            Assert.Equal(app.Client.Peek("Ring", "u1", app.Attributes.Current, "").Variant, (await app.Features.GetVariantAsync("Ring", targeting, None)).Name);
        }
    }

    [Fact]
    public async Task OwnFeatures_Stay()
    {
        await using var app = new FeatureApp(Make.Snapshot(Make.Experiment("e", "button")));
        app.User.Id = "u1";
        Assert.True(await app.Features.IsEnabledAsync("Own", None));
        Assert.False(await app.Features.IsEnabledAsync("OwnOff", None));
        Assert.False(await app.Features.IsEnabledAsync("Missing", None));
        Assert.True(await app.Get<IFeatureManager>().IsEnabledAsync("Own"));
        Assert.Equal("old", (await app.Features.GetVariantAsync("Both", None)).Configuration.Value);
        Assert.Null(await app.Features.GetVariantAsync("Missing", None));
        Assert.Equal(0, app.Client.Counts.Enqueued);
    }

    [Fact]
    public async Task WithoutASnapshot_OwnFeaturesAnswer()
    {
        await using var app = new FeatureApp();
        app.User.Id = "u1";
        Assert.True(await app.Features.IsEnabledAsync("Own", None));
        Assert.False(await app.Features.IsEnabledAsync("button", None));
        Assert.Null(await app.Features.GetVariantAsync("button", None));
    }

    [Fact]
    public async Task Names_AreThoseOfBoth()
    {
        await using var app = new FeatureApp(Make.Snapshot(Make.Experiment("e", "button"), Make.Experiment("f", "Both")));
        string[] expected = ["Both", "ForBeta", "Own", "OwnOff", "Ring", "Split", "button"];
        Assert.Equal(expected, (await app.Features.GetFeatureNamesAsync(None).ToListAsync(None)).Order(StringComparer.Ordinal));
        Assert.Equal(expected, (await app.Get<IFeatureManager>().GetFeatureNamesAsync().ToListAsync(None)).Order(StringComparer.Ordinal));
        var definitions = app.Get<IFeatureDefinitionProvider>();
        var both = await definitions.GetFeatureDefinitionAsync("Both");
        Assert.Equal(["v0", "v1"], both.Variants.Select(variant => variant.Name));
        Assert.Equal("AlwaysOn", both.EnabledFor.Single().Name);
        Assert.Empty((await definitions.GetFeatureDefinitionAsync("Own")).Variants ?? []);
        Assert.Equal(expected.Length, (await definitions.GetAllFeatureDefinitionsAsync().ToListAsync(None)).Count);
    }

    [Fact]
    public async Task OwnFeatureOfTheSameName_AnswersWhereNobodyDecides()
    {
        var french = new AudienceCondition { Attribute = "country", EqualTo = Make.Json("\"FR\"") };
        await using var app = new FeatureApp(Make.Snapshot(Make.Experiment("e", "Both") with { Audience = french }));
        app.User.Id = "u1";
        Assert.Equal("Old", (await app.Features.GetVariantAsync("Both", None)).Name);
        app.Attributes.Current = new ExperimentContext { ["country"] = "FR" };
        Assert.StartsWith("v", (await app.Features.GetVariantAsync("Both", None)).Name, StringComparison.Ordinal);
        var german = new Shopper("u1", new ExperimentContext { ["country"] = "DE" });
        Assert.Equal("Old", (await app.Features.GetVariantAsync("Both", german, None)).Name);
        Assert.True(await app.Features.IsEnabledAsync("Both", german, None));
        app.User.Id = null;
        Assert.Equal("Old", (await app.Features.GetVariantAsync("Both", None)).Name);
    }

    [Fact]
    public async Task Values_DecideWhetherItIsOn()
    {
        await using var app = new FeatureApp(Make.Snapshot(
            Make.Experiment("a", "switch", weights: [1, 1], values: ["false", "true"]),
            Make.Experiment("b", "default", weights: [1, 1], values: ["null", "\"x\""]),
            Make.Experiment("c", "Both", weights: [1, 1], values: ["null", "false"])));
        for (var i = 0; i < 30; i++)
        {
            app.User.Id = $"u{i}";
            Assert.Equal(app.Client.Peek("switch", app.User.Id, false).Value, await app.Features.IsEnabledAsync("switch", None));
            var control = app.Client.Peek("default", app.User.Id, "own").Variant == "v0";
            Assert.Equal(!control, await app.Features.IsEnabledAsync("default", None));
            var variant = await app.Features.GetVariantAsync("default", None);
            Assert.Equal(control ? ("v0", null) : ("v1", "x"), (variant.Name, variant.Configuration.Value));

            // The control keeps the app's own feature, whole.
            var kept = app.Client.Peek("Both", app.User.Id, false).Variant == "v0";
            Assert.Equal(kept, await app.Features.IsEnabledAsync("Both", None));
            Assert.Equal(kept ? "Old" : "v1", (await app.Features.GetVariantAsync("Both", None)).Name);
        }
    }

    [Fact]
    public async Task Configuration_IsBoundAndMadeOncePerVersionAndVariant()
    {
        var experiment = Make.Experiment("e", "layout", weights: [1], values: ["""{"rows":2,"tags":["a","b"],"wide":true,"none":null}"""]);
        await using var app = new FeatureApp(Make.Snapshot(experiment));
        var first = await app.Features.GetVariantAsync("layout", new TargetingContext { UserId = "u1" }, None);
        var second = await app.Features.GetVariantAsync("layout", new TargetingContext { UserId = "u2" }, None);
        Assert.Same(first.Configuration, second.Configuration);
        var layout = first.Configuration.Get<Layout>()!;
        Assert.Equal((2, true), (layout.Rows, layout.Wide));
        Assert.Equal(["a", "b"], layout.Tags);
        app.Client.Offer(Make.Snapshot(experiment) with { Version = 2 });
        Assert.NotSame(first.Configuration, (await app.Features.GetVariantAsync("layout", new TargetingContext { UserId = "u1" }, None)).Configuration);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task VariantService_IsThatOfTheAssignment(bool scoped)
    {
        await using var app = new FeatureApp(Make.Snapshot(Make.Experiment("e", "algorithm")), scoped, builder =>
        {
            builder.Services.AddSingleton<IAlgorithm, Plain>();
            builder.Services.AddSingleton<IAlgorithm, Clever>();
            builder.WithVariantService<IAlgorithm>("algorithm");
        });
        var seen = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            app.User.Id = $"u{i}";
            app.NewScope();
            var service = await app.Get<IVariantServiceProvider<IAlgorithm>>().GetServiceAsync(None);
            Assert.Equal(app.Client.Peek("algorithm", app.User.Id, "own").Variant, service.Name);
            seen.Add(service.Name);
        }

        Assert.Equal(2, seen.Count);
    }

    [Fact]
    public async Task Telemetry_OfAParameter_HasTheTagsOfTheLibrary()
    {
        var events = new ConcurrentQueue<ActivityEvent>();
        using var listener = Listen(events);
        await using var app = new FeatureApp(Make.Snapshot(Make.Experiment("e", "telemetry-test")));
        app.User.Id = "the-user";
        await app.Features.GetVariantAsync("telemetry-test", None);
        await app.Features.GetVariantAsync("Split", None);
        // The source is one for the process: other tests' evaluations are heard too.
        Dictionary<string, object?> TagsOf(string feature, string user) => events
            .Select(e => e.Tags.ToDictionary(tag => tag.Key, tag => tag.Value))
            .Single(tags => Equals(tags["FeatureName"], feature) && Equals(tags["TargetingId"], user));

        var ours = TagsOf("telemetry-test", FeatureTelemetry.Pseudonym("the-user"));
        var library = TagsOf("Split", "the-user");
        Assert.All(library.Where(tag => tag.Key is not "TargetingId"), tag => Assert.Equal(tag.Value?.GetType(), ours[tag.Key]?.GetType()));
        Assert.Equal(app.Client.Peek("telemetry-test", "the-user", "").Variant, ours["Variant"]);
        Assert.Equal(50.0, ours["VariantAssignmentPercentage"]);
        Assert.Equal("1.0.0", ours["Version"]);
        Assert.Equal("Percentile", ours["VariantAssignmentReason"]!.ToString());
        Assert.Equal("e", ours["Experiment"]);
        Assert.DoesNotContain(ours.Values, value => value?.ToString()!.Contains("the-user", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void WithExperiments_Twice_RegistersOnce()
    {
        var services = new ServiceCollection();
        services.AddFeatureManagement(new ConfigurationBuilder().Build()).WithExperiments().WithExperiments(o => o.Endpoint = new Uri("http://127.0.0.1:9"));
        Assert.Single(services, service => service.ServiceType == typeof(IFeatureDefinitionProvider) && !service.IsKeyedService);
        Assert.Single(services, service => service.ServiceType == typeof(IVariantFeatureManager));
    }

    private static ActivityListener Listen(ConcurrentQueue<ActivityEvent> events)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.FeatureManagement",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                foreach (var item in activity.Events.Where(e => e.Name == "FeatureFlag")) events.Enqueue(item);
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private sealed record Shopper(string UserId, ExperimentContext? Attributes) : IExperimentTargetingContext
    {
        string ITargetingContext.UserId { get => UserId; set => throw new NotSupportedException(); }

        IEnumerable<string> ITargetingContext.Groups { get => []; set => throw new NotSupportedException(); }
    }

    private sealed record Layout
    {
        public int Rows { get; init; }

        public bool Wide { get; init; }

        public string[] Tags { get; init; } = [];
    }

    private interface IAlgorithm
    {
        string Name { get; }
    }

    [VariantServiceAlias("v0")]
    private sealed class Plain : IAlgorithm
    {
        public string Name => "v0";
    }

    [VariantServiceAlias("v1")]
    private sealed class Clever : IAlgorithm
    {
        public string Name => "v1";
    }
}
