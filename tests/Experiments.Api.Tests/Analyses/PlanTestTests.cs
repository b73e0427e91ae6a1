using System.Globalization;
using System.Text.Json;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Analyses;

public sealed class PlanTestTests(SharedApi shared) : IClassFixture<SharedApi>
{
    private const string Good =
        """{"kpi":{"type":"proportion","baseline":0.05},"variants":2,"usersPerDay":1000,"minimumDetectableLift":0.1}""";

    [Fact]
    public async Task Plan_PlanningVectors_AgreesToTheirTolerance()
    {
        using var vectors = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "vectors", "stats_vectors.json"), TestContext.Current.CancellationToken));
        var api = new ApiClient(shared.Api.CreateClient());

        // The plan is of equal shares, and sized for the usual 80 % unless told otherwise.
        var usual = vectors.RootElement.GetProperty("planning").EnumerateArray().Where(v => v.Number("w") == 0.5 && v.Number("z") == 2.8).ToList();
        Assert.NotEmpty(usual);
        foreach (var vector in usual)
        {
            var plan = await api.PostAsync("/v1/plans", string.Create(CultureInfo.InvariantCulture,
                $$"""{"kpi":{"type":"proportion","baseline":{{vector.Number("m")}}},"usersPerDay":1000,"minimumDetectableLift":{{vector.Number("relative_lift")}}}"""));
            Near.Relative("users", vector.Number("planned_units") / 2, plan.Number("usersPerVariant"), 1e-9);
            Near.Relative("days", vector.Number("planned_units") / 1000, plan.Number("days"), 1e-9);
        }
    }

    [Fact]
    public async Task Plan_EndsEarlierThanItsHorizonOnAverage()
    {
        var plan = await new ApiClient(shared.Api.CreateClient()).PostAsync("/v1/plans", Good);
        Near.Relative("share", 0.694, plan.Number("expectedUsersPerVariant") / plan.Number("usersPerVariant"), 1e-9);
        Near.Relative("days", 0.694, plan.Number("expectedDays") / plan.Number("days"), 1e-9);
        Near.Relative("fixed", plan.Number("usersPerVariant"), plan.Number("fixedHorizonUsersPerVariant"), 0.01);
    }

    [Fact]
    public async Task Plan_MoreVariants_TakesMoreDaysForTheSameUsersEach()
    {
        var api = new ApiClient(shared.Api.CreateClient());
        var two = await api.PostAsync("/v1/plans", Good);
        var four = await api.PostAsync("/v1/plans", ApiHost.With(Good, """{"variants":4}"""));
        Assert.Equal(two.Number("usersPerVariant"), four.Number("usersPerVariant"));
        Near.Relative("days", 2 * two.Number("days"), four.Number("days"), 1e-12);
    }

    [Fact]
    public async Task Plan_Mean_NeedsUsersByTheSquareOfItsSpread()
    {
        var api = new ApiClient(shared.Api.CreateClient());
        var plan = await api.PostAsync("/v1/plans",
            ApiHost.With(Good, """{"kpi":{"type":"mean","baseline":2,"standardDeviation":6}}"""));
        Near.Relative("users", 4 * 36 * Math.Pow(2.8 / 0.2, 2) / 2, plan.Number("usersPerVariant"), 1e-9);
    }

    [Theory]
    [InlineData("""{"kpi":{"type":"proportion","baseline":0}}""", "kpi.baseline")]
    [InlineData("""{"kpi":{"type":"proportion","baseline":1}}""", "kpi.baseline")]
    [InlineData("""{"kpi":{"type":"proportion"}}""", "kpi.baseline")]
    [InlineData("""{"kpi":{"type":"mean","baseline":0,"standardDeviation":1}}""", "kpi.baseline")]
    [InlineData("""{"kpi":{"type":"mean","baseline":1}}""", "kpi.standardDeviation")]
    [InlineData("""{"kpi":{"type":"mean","baseline":1,"standardDeviation":-1}}""", "kpi.standardDeviation")]
    [InlineData("""{"kpi":{"type":"median","baseline":1}}""", "kpi.type")]
    [InlineData("""{"kpi":null}""", "kpi")]
    [InlineData("""{"variants":1}""", "variants")]
    [InlineData("""{"variants":-2}""", "variants")]
    [InlineData("""{"usersPerDay":0}""", "usersPerDay")]
    [InlineData("""{"usersPerDay":-5}""", "usersPerDay")]
    [InlineData("""{"minimumDetectableLift":0}""", "minimumDetectableLift")]
    [InlineData("""{"minimumDetectableLift":-0.1}""", "minimumDetectableLift")]
    [InlineData("""{"alpha":0.6}""", "alpha")]
    [InlineData("""{"power":1}""", "power")]
    [InlineData("""{"power":0.5}""", "power")]
    public async Task Plan_BadRequest_NamesTheField(string changes, string field) =>
        (await shared.Api.PostAsync("/v1/plans", ApiHost.With(Good, changes))).IsProblem(400, "invalid-request", field);

    [Theory]
    [InlineData("0.05", "NaN", "malformed-json")]
    [InlineData("0.05", "1e400", "wrong-type")]
    [InlineData("0.05", "\"5 %\"", "wrong-type")]
    [InlineData("baseline", "rate", "unknown-member")]
    public async Task Plan_BodyOfAnotherShape_Is400(string good, string bad, string code) =>
        (await shared.Api.PostAsync("/v1/plans", Good.Replace(good, bad, StringComparison.Ordinal))).IsProblem(400, code);
}
