using System.Text.Json;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.RealData;

/// <summary>Every figure that the API gives of a real campaign, against figures made with other tools.</summary>
public sealed class HillstromTests(HillstromTests.Imported imported) : IClassFixture<HillstromTests.Imported>
{
    private static readonly string[] Attributes = ["womens", "mens", "newbie", "channel", "zip_code"];

    public static TheoryData<string> Treatments => ["Mens E-Mail", "Womens E-Mail"];

    public static TheoryData<string> Breakdowns => [.. Attributes];

    [Fact]
    public async Task Import_WholeFile_TakesEveryRow()
    {
        await imported.RequireAsync();
        Assert.Equal(64_000, imported.First.Whole("rows"));
        Assert.Equal(64_000, imported.First.Whole("exposures"));
        Assert.Equal(0, imported.First.Whole("rejectedRows"));
        Assert.Equal(0, imported.First.Whole("duplicates"));

        // One event for each customer who visited, bought, spent.
        Assert.Equal(9_394 + 578 + 578, imported.First.Whole("kpiEvents"));
    }

    [Fact]
    public async Task Import_SameFileAgain_ChangesNothing()
    {
        await imported.RequireAsync();
        Assert.Equal(64_000, imported.Second.Whole("rows"));
        Assert.Equal(imported.First.Whole("exposures") + imported.First.Whole("kpiEvents"), imported.Second.Whole("duplicates"));
        Assert.Equal(0, imported.Second.Whole("exposures"));
        Assert.Equal(0, imported.Second.Whole("kpiEvents"));
        Assert.Equal(imported.Results.Without("asOf"), imported.ResultsAfterSecond.Without("asOf"));
    }

    [Theory, MemberData(nameof(Treatments))]
    public async Task Results_OfAnEMail_AreThoseOfTheReference(string treatment)
    {
        await imported.RequireAsync();
        var reference = SharedData.Reference("hillstrom").GetProperty(treatment);
        foreach (var kpi in new[] { "visit", "conversion", "spend" })
        {
            ReferenceFigures.AreThoseOf(imported.Results.Kpi(kpi), "none", Hillstrom.Variants[treatment], reference.GetProperty(kpi));
        }
    }

    [Theory]
    [InlineData("visit")]
    [InlineData("conversion")]
    public async Task Results_ProbabilityBest_IsThatOfTheReference(string kpi)
    {
        await imported.RequireAsync();
        var best = imported.Results.Kpi(kpi).GetProperty("probabilityBest");
        foreach (var (name, key) in Hillstrom.Variants)
        {
            var expected = SharedData.Reference("hillstrom").GetProperty("probability_best").GetProperty(kpi).Number(name);
            Near.Absolute($"{kpi} {key}", expected, best.Number(key), 1e-6);
        }
    }

    [Fact]
    public async Task Results_SampleRatio_IsThatOfTheReference()
    {
        await imported.RequireAsync();
        var health = imported.Results.GetProperty("health");
        var srm = health.GetProperty("srm");
        var reference = SharedData.Reference("hillstrom").GetProperty("srm");
        Assert.Equal("ok", health.Text("status"));
        Assert.Equal("ok", srm.Text("status"));
        var counts = reference.GetProperty("counts");
        foreach (var (key, i) in new[] { ("none", 0), ("mens", 1), ("womens", 2) })
        {
            Assert.Equal(counts[i].GetDouble(), srm.GetProperty("observed").Number(key));
            Near.Relative("expected " + key, 64_000 / 3.0, srm.GetProperty("expected").Number(key), 1e-9);
        }

        Near.Absolute("chi-square", reference.Number("chi_square"), srm.Number("chiSquare"), 1e-6);
        Near.Absolute("p-value", reference.Number("p_value"), srm.Number("chiSquarePValue"), 1e-6);
        Assert.True(srm.Number("logEvidence") < 0);
    }

    [Theory, MemberData(nameof(Breakdowns))]
    public async Task Results_OfASegment_AreThoseOfTheReference(string attribute)
    {
        await imported.RequireAsync();
        var results = await imported.Api.ResultsAsync(Hillstrom.Key, "?breakdown=" + attribute);
        Assert.Equal(attribute, results.GetProperty("breakdown").Text("attribute"));
        var compared = 0;
        foreach (var (treatment, key) in Hillstrom.Variants.Where(v => v.Value != "none"))
        {
            foreach (var segment in SharedData.Reference("hillstrom").GetProperty(treatment).GetProperty("segments").EnumerateObject())
            {
                if (!segment.Name.StartsWith(attribute + "=", StringComparison.Ordinal)) continue;
                var figures = results.Segment(segment.Name[(attribute.Length + 1)..]);
                foreach (var kpi in segment.Value.EnumerateObject())
                {
                    ReferenceFigures.AreThoseOf(figures.Kpi(kpi.Name), "none", key, kpi.Value, isWhole: false);
                    compared++;
                }
            }
        }

        Assert.Equal(results.GetProperty("breakdown").GetProperty("segments").GetArrayLength() * 2 * 2, compared);

        // Against the whole as it is now: another test of the class may have let the decider promote before.
        var whole = await imported.Api.ResultsAsync(Hillstrom.Key);
        Assert.Equal(whole.Without("asOf"), results.Without("asOf", "breakdown"));
    }

    [Fact]
    public async Task Decider_ClearWinner_PromotesItOnceWithItsEvidence()
    {
        await imported.RequireAsync();
        var results = await imported.PromotedAsync();
        Assert.Equal("winner/promoted/mens", results.Verdict());
        Assert.Equal("stopped", results.Text("status"));

        var decisions = (await imported.Api.GetAsync($"/v1/experiments/{Hillstrom.Key}/decisions")).GetProperty("items");
        var promotion = Assert.Single(decisions.EnumerateArray(), d => d.Text("action") == "promote");
        Assert.Equal("decider", promotion.Text("by"));

        var practice = Assert.Single((await imported.Api.GetAsync("/v1/best-practices")).GetProperty("items").EnumerateArray());
        Assert.Equal("email.spring", practice.Text("parameter"));
        Assert.Equal("mens", practice.Text("value"));
        Assert.Equal("active", practice.Text("state"));
        IsTheEvidence(Assert.Single(practice.GetProperty("evidence").EnumerateArray()), results);
    }

    private static void IsTheEvidence(JsonElement evidence, JsonElement results)
    {
        var comparison = results.Kpi("visit").Comparison("mens");
        Assert.Equal(Hillstrom.Key, evidence.Text("experiment"));
        Assert.Equal("mens", evidence.Text("variant"));
        Assert.Equal("visit", evidence.Text("kpi"));
        Assert.Equal(results.Text("planHash"), evidence.Text("planHash"));
        Assert.Equal(21_306 + 21_307, evidence.Number("users"));
        Near.Relative("lift", comparison.Number("relativeLift"), evidence.Number("relativeLift"), 1e-12);
        Assert.InRange(evidence.Number("relativeLift"), evidence.Number("lower"), evidence.Number("upper"));
        Near.Absolute("probability", 1, evidence.Number("probabilityBeatsControl"), 1e-9);
        Assert.True(evidence.Number("logEvidence") > 200);
    }

    /// <summary>The campaign, imported twice; the decider's clock stands still meanwhile.</summary>
    public sealed class Imported : IAsyncLifetime
    {
        private readonly ApiHost _host = new();
        private Task? _import;

        internal ApiClient Api { get; private set; } = null!;

        internal JsonElement First { get; private set; }

        internal JsonElement Second { get; private set; }

        internal JsonElement Results { get; private set; }

        internal JsonElement ResultsAfterSecond { get; private set; }

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        /// <summary>Imports once; in the test, not before it, so that missing data skip it.</summary>
        internal Task RequireAsync()
        {
            _ = SharedData.Folder;
            return _import ??= ImportAsync();
        }

        private async Task ImportAsync()
        {
            Api = new ApiClient(_host.CreateClient());
            await Hillstrom.DefineAsync(Api);
            First = await Hillstrom.ImportAsync(Api);
            Results = await Api.ResultsAsync(Hillstrom.Key);
            Second = await Hillstrom.ImportAsync(Api);
            ResultsAfterSecond = await Api.ResultsAsync(Hillstrom.Key);
        }

        /// <summary>Lets the decider's clock go on, for seconds, until it has promoted.</summary>
        internal async Task<JsonElement> PromotedAsync()
        {
            var began = _host.Clock.GetUtcNow();
            var results = await ApiClient.UntilAsync(
                () => Api.ResultsAsync(Hillstrom.Key),
                r => r.Text("status") == "stopped",
                () => _host.Clock.Advance(TimeSpan.FromSeconds(0.5)));
            Assert.True(_host.Clock.GetUtcNow() - began <= TimeSpan.FromMinutes(1));
            return results;
        }

        public ValueTask DisposeAsync() => _host.DisposeAsync();
    }
}
