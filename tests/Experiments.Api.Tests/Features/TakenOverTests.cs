using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Promotion;
using Experiments.Api.Results.Looks;
using Experiments.Api.Tests.Common;
using Experiments.Sdk.Assignment;
using Microsoft.Extensions.DependencyInjection;

namespace Experiments.Api.Tests.Features;

/// <summary>The life of an experiment with the percentiles of a flag.</summary>
public sealed class TakenOverTests
{
    private const string Percentiles = """{"percentile":[{"variant":"none","from":0,"to":40},{"variant":"mens","from":40,"to":100}]}""";

    private static readonly string Experiment = ApiHost.With(ApiHost.Experiment, $$"""
        {"featureManagement":{{Percentiles}},"variants":[{"key":"none","weight":2,"value":null},{"key":"mens","weight":3,"value":"mens"}]}
        """);

    [Theory]
    [InlineData("""{"kind":"bandit"}""", "invalid-request", "kind")]
    [InlineData("""{"layer":"all"}""", "invalid-request", "layer")]
    [InlineData("""{"coverage":0.5}""", "invalid-request", "coverage")]
    [InlineData("""{"featureManagement":{"percentile":[]}}""", "invalid-request", "featureManagement.percentile")]
    [InlineData("""{"featureManagement":{"hash":"v1","percentile":[{"variant":"none","from":0,"to":40}]}}""", "invalid-request", "featureManagement.hash")]
    [InlineData("""{"featureManagement":{"percentile":[{"variant":"none","from":50,"to":40}]}}""", "invalid-request", "featureManagement.percentile[0]")]
    [InlineData("""{"featureManagement":{"percentile":[{"variant":"none","from":0,"to":40},{"variant":"mens","from":39,"to":50}]}}""", "invalid-request", "featureManagement.percentile[1]")]
    [InlineData("""{"featureManagement":{"percentile":[{"variant":"other","from":0,"to":40}]}}""", "invalid-request", "featureManagement.percentile[0].variant")]
    [InlineData("""{"featureManagement":{"percentile":[null]}}""", "invalid-request", "featureManagement.percentile[0]")]
    [InlineData("""{"featureManagement":{"percentile":[{"variant":"none","from":0,"to":40}],"user":[{"variant":"none","users":["a\nb"]}]}}""", "invalid-request", "featureManagement.user[0].users")]
    [InlineData("""{"featureManagement":{"percentile":[{"variant":"none","from":0,"to":40}],"user":[{"variant":"none","pseudonyms":["u"]}]}}""", "invalid-request", "featureManagement.user[0].pseudonyms")]
    [InlineData("""{"featureManagement":{"percentile":[{"variant":"none","from":0,"to":40}],"group":[{"variant":"none"}]}}""", "invalid-request", "featureManagement.group[0].groups")]
    [InlineData("""{"featureManagement":{"percentile":[{"variant":"none","from":0,"to":40}],"defaultWhenEnabled":"other"}}""", "invalid-request", "featureManagement.defaultWhenEnabled")]
    [InlineData("""{"featureManagement":{"percentile":[{"variant":"none","from":0,"to":40}],"seeds":"s"}}""", "unknown-member", "featureManagement.seeds")]
    public async Task Create_ThatCannotKeepItsUsers_NamesTheField(string patch, string code, string field)
    {
        await using var api = new ApiHost();
        (await api.PostAsync("/v1/experiments", ApiHost.With(Experiment, patch))).IsProblem(400, code, field);
    }

    [Fact]
    public async Task Weights_FollowThePercentiles()
    {
        await using var api = new ApiHost();
        await api.CreateAsync("/v1/kpis", ApiHost.Kpi);
        await api.CreateAsync("/v1/hypotheses", ApiHost.Hypothesis);
        var even = ApiHost.With(ApiHost.Experiment, $$"""{"featureManagement":{{Percentiles}}}""");
        (await api.PostAsync("/v1/experiments", even)).IsProblem(422, "weights-follow-percentiles", "variants[0].weight", "variants[1].weight");
        (await api.PostAsync("/v1/experiments", ApiHost.With(Experiment, """{"featureManagement":{"percentile":[{"variant":"none","from":0,"to":40}]}}""")))
            .IsProblem(422, "nothing-to-compare", "featureManagement.percentile");
        await api.CreateAsync("/v1/experiments", Experiment);
        (await api.PatchAsync("/v1/experiments/spring-email", """{"variants":[{"key":"none","weight":1},{"key":"mens","weight":1,"value":"mens"}]}"""))
            .IsProblem(422, "weights-follow-percentiles");
        Assert.Equal(200, (int)(await api.PatchAsync("/v1/experiments/spring-email", """{"featureManagement":{"seed":"other"}}""")).Status);

        await api.PostAsync("/v1/experiments/spring-email/start");
        (await api.PatchAsync("/v1/experiments/spring-email", """{"variants":[{"key":"none","weight":1,"value":null},{"key":"mens","weight":1,"value":"mens"}]}"""))
            .IsProblem(409, "weights-follow-percentiles", "variants");
        (await api.PatchAsync("/v1/experiments/spring-email", """{"featureManagement":{"seed":"third"}}""")).IsProblem(409, "plan-frozen", "featureManagement");
        Assert.Equal(
            200, (int)(await api.PatchAsync("/v1/experiments/spring-email", """{"variants":[{"key":"none","name":"None","weight":2,"value":null},{"key":"mens","weight":3,"value":"mens"}]}""")).Status);
    }

    [Fact]
    public async Task Layer_IsHeldWhole()
    {
        await using var api = await RunningAsync();
        await api.CreateAsync("/v1/experiments", ApiHost.With(ApiHost.Experiment, """{"key":"second","coverage":0.1}"""));
        (await api.PostAsync("/v1/experiments/second/start")).IsProblem(409, "layer-full", "coverage");
        await api.CreateAsync("/v1/experiments", ApiHost.With(ApiHost.Experiment, """{"key":"third","parameter":"other","layer":"email.spring"}"""));
        (await api.PostAsync("/v1/experiments/third/start")).IsProblem(409, "layer-full", "coverage");
    }

    [Fact]
    public async Task Snapshot_HasThePercentilesInPlaceOfATable()
    {
        await using var api = await RunningAsync();
        Assert.Equal(
            """{"version":4,"experiments":[{"key":"spring-email","kind":"ab","parameter":"email.spring","layerSalt":"layer/1/email.spring","slots":[],"salt":"experiment/1/spring-email","epoch":0,"variants":[{"key":"none","value":null},{"key":"mens","value":"mens"}],"control":"none","table":[],"audience":null,"breakdowns":[],"featureManagement":{"hash":"msfm-v1","seed":"allocation\nemail.spring","percentile":[{"variant":"none","from":0,"to":40},{"variant":"mens","from":40,"to":100}],"user":[],"group":[],"defaultWhenEnabled":null}}],"bestPractices":[]}""",
            (await api.GetAsync("/v1/snapshot")).Text);
    }

    [Fact]
    public async Task SafetyStop_OfOneVariant_GivesItsPercentilesToTheControlAndMovesNobodyElse()
    {
        await using var api = new ApiHost();
        await api.CreateAsync("/v1/kpis", ApiHost.Kpi);
        await api.PostAsync("/v1/experiments/feature-management?kpi=visit", FlagFiles.Good);
        await api.PostAsync("/v1/experiments/checkout/start");
        var before = Evaluator(api);
        var harm = new Finding(Finding.GuardrailHarm, "small", api.Clock.GetUtcNow(), 0, Evidence("small"));
        Assert.True(await api.Services.GetRequiredService<SafetyStopper>().StopAsync("checkout", harm, TestContext.Current.CancellationToken));

        var after = Evaluator(api);
        for (var i = 0; i < 500; i++)
        {
            var (old, now) = (before.Evaluate("Checkout", $"u{i}", null), after.Evaluate("Checkout", $"u{i}", null));
            Assert.Equal(old.Variant == "small" ? "old" : old.Variant, now.Variant);
            Assert.Equal(now.Variant == "old" ? 0.7 : 0.3, now.Propensity!.Value, 12);
        }

        var shown = (await api.GetAsync("/v1/experiments/checkout")).Json;
        Assert.Equal("""{"old":0.7,"big-button":0.3,"small":0}""", shown.GetProperty("allocation").GetRawText());
        Assert.Equal(2, shown.GetProperty("epochs").GetArrayLength());
    }

    [Fact]
    public async Task Promoted_TheFeatureKeepsTheNameOfItsVariant()
    {
        await using var api = new ApiHost();
        await api.CreateAsync("/v1/kpis", ApiHost.Kpi);
        await api.PostAsync("/v1/experiments/feature-management?kpi=visit", FlagFiles.Good);
        await api.PostAsync("/v1/experiments/greeting.v2/start");
        await api.Catalog.CommitAsync(
            "test",
            state =>
            {
                var experiment = state.RequireExperiment("greeting.v2");
                return new CatalogChange(
                    "experiment.promote", "", PracticeMaker.Make(state, experiment, "b", Evidence("b"), null, api.Clock.GetUtcNow()),
                    experiment with { Version = experiment.Version + 1, Status = ExperimentStatus.Stopped });
            },
            TestContext.Current.CancellationToken);

        await using var app = await FlagApp.WithExperimentsAsync(api);
        var seen = new HashSet<(string?, string?, bool)>();
        for (var i = 0; i < 300; i++) seen.Add(await app.SeesAsync("Greeting.v2", $"u{i}"));
        // The control of before is the off variant: the holdback goes on seeing the feature off.
        Assert.Equal([("A", "A", false), ("B", "B", true)], seen.OrderBy(s => s.Item1, StringComparer.Ordinal));
    }

    private static async Task<ApiHost> RunningAsync()
    {
        var api = new ApiHost();
        await api.DraftAsync(Experiment);
        Assert.Equal(200, (int)(await api.PostAsync("/v1/experiments/spring-email/start")).Status);
        return api;
    }

    private static SnapshotEvaluator Evaluator(ApiHost api) => SnapshotEvaluator.Compile(SnapshotBuilder.Build(api.Catalog.State));

    private static JsonElement Evidence(string variant) => JsonSerializer.Deserialize<JsonElement>($$"""
        {"experiment":"x","variant":"{{variant}}","kpi":"visit","planHash":null,"users":1,"difference":0,"relativeLift":0,"lower":0,"upper":0,
         "probabilityBeatsControl":0,"expectedRelativeLoss":0,"logEvidence":0,"logEvidenceAdjusted":0,"alpha":0.05,"sampleRatioLogEvidence":0}
        """);
}
