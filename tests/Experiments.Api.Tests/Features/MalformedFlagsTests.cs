using System.Globalization;
using System.Text;
using Experiments.Api.Tests.Common;

namespace Experiments.Api.Tests.Features;

/// <summary>Documents that are wrong: 400 with what and where, nothing imported, never a fault of ours.</summary>
public sealed class MalformedFlagsTests
{
    private const string Route = "/v1/experiments/feature-management?kpi=visit";
    private const string AB = "\"variants\":[{\"name\":\"A\"},{\"name\":\"B\"}]";

    [Theory]
    [InlineData("[]", "wrong-type", "$")]
    [InlineData("7", "wrong-type", "$")]
    [InlineData("{}", "no-flags", "feature_management")]
    [InlineData("""{"FeatureManagement":{"A":true}}""", "other-schema", "feature_management")]
    [InlineData("""{"feature_management":[]}""", "invalid-document", "feature_management")]
    [InlineData("""{"feature_management":{}}""", "no-flags", "feature_management.feature_flags")]
    [InlineData("""{"feature_management":{"feature_flags":{}}}""", "invalid-document", "feature_management.feature_flags")]
    [InlineData("""{"feature_management":{"feature_flags":[7]}}""", "invalid-document", "feature_management.feature_flags[0]")]
    [InlineData("""{"feature_management":{"feature_flags":[],"feature_flags":[]}}""", "duplicate-member", null)]
    [InlineData("""{"feature_management":{"feature_flags":[{"id":"\ud800"}]}}""", "invalid-text", null)]
    [InlineData("""{"feature_management":{"feature_flags":[{"id":"A"}""", "malformed-json", null)]
    [InlineData("", "body-required", null)]
    public async Task Document_Wrong_SaysWhere(string body, string code, string? field)
    {
        await using var api = await HostAsync();
        (await api.PostAsync(Route, body)).IsProblem(400, code, field is null ? [] : [field]);
    }

    [Theory]
    [InlineData("""{"enabled":true}""", "id")]
    [InlineData("""{"id":7}""", "id")]
    [InlineData("""{"id":""}""", "id")]
    [InlineData("""{"id":"x","enabled":"yes"}""", "enabled")]
    [InlineData("""{"id":"x","conditions":[]}""", "conditions")]
    [InlineData("""{"id":"x","conditions":{"client_filters":{}}}""", "conditions.client_filters")]
    [InlineData("""{"id":"x","conditions":{"client_filters":[{}]}}""", "conditions.client_filters[0].name")]
    [InlineData("""{"id":"x","variants":{}}""", "variants")]
    [InlineData("""{"id":"x","variants":[{"name":"A"},{"name":"A"}]}""", "variants[1].name")]
    [InlineData("""{"id":"x","variants":[{"name":"A","status_override":"Maybe"}]}""", "variants[0].status_override")]
    [InlineData("""{"id":"x","allocation":7}""", "allocation")]
    [InlineData("""{"id":"x",AB,"allocation":{"seed":""}}""", "allocation.seed")]
    [InlineData("""{"id":"x",AB,"allocation":{"seed":7}}""", "allocation.seed")]
    [InlineData("""{"id":"x",AB,"allocation":{"default_when_enabled":"C"}}""", "allocation.default_when_enabled")]
    [InlineData("""{"id":"x",AB,"allocation":{"percentile":[{"variant":"C","from":0,"to":1}]}}""", "allocation.percentile[0].variant")]
    [InlineData("""{"id":"x",AB,"allocation":{"percentile":[{"variant":"A","from":60,"to":40}]}}""", "allocation.percentile[0]")]
    [InlineData("""{"id":"x",AB,"allocation":{"percentile":[{"variant":"A","from":-1,"to":40}]}}""", "allocation.percentile[0]")]
    [InlineData("""{"id":"x",AB,"allocation":{"percentile":[{"variant":"A","from":0,"to":100.001}]}}""", "allocation.percentile[0]")]
    [InlineData("""{"id":"x",AB,"allocation":{"percentile":[{"variant":"A","from":"0","to":10}]}}""", "allocation.percentile[0].from")]
    [InlineData("""{"id":"x",AB,"allocation":{"percentile":[{"variant":"A","from":0,"to":1e999}]}}""", "allocation.percentile[0].to")]
    [InlineData("""{"id":"x",AB,"allocation":{"percentile":[{"variant":"A","from":0,"to":60},{"variant":"B","from":50,"to":100}]}}""", "allocation.percentile[1]")]
    [InlineData("""{"id":"x",AB,"allocation":{"percentile":[{"variant":"B","from":20,"to":30},{"variant":"A","from":0,"to":60}]}}""", "allocation.percentile[0]")]
    [InlineData("""{"id":"x",AB,"allocation":{"user":[{"variant":"A","users":"u"}]}}""", "allocation.user[0].users")]
    [InlineData("""{"id":"x",AB,"allocation":{"user":[{"variant":"A","users":[7]}]}}""", "allocation.user[0].users[0]")]
    [InlineData("""{"id":"x",AB,"allocation":{"group":[{"groups":["g"]}]}}""", "allocation.group[0].variant")]
    public async Task Flag_ThatContradictsItself_IsNamedByItsPath(string flag, string field)
    {
        await using var api = await HostAsync();
        var body = $$$"""{"feature_management":{"feature_flags":[{{{flag.Replace("AB", AB, StringComparison.Ordinal)}}}]}}""";
        (await api.PostAsync(Route, body)).IsProblem(400, "invalid-document", $"feature_management.feature_flags[0].{field}");
        Assert.Equal("""{"items":[],"next":null}""", (await api.GetAsync("/v1/experiments")).Text);
    }

    [Fact]
    public async Task Document_CutAnywhere_IsNeverAFaultOfOurs()
    {
        await using var api = await HostAsync();
        using var client = api.CreateClient();
        var bytes = Encoding.UTF8.GetBytes(FlagFiles.Good);
        for (var length = 0; length < bytes.Length; length += 37)
        {
            using var content = new ByteArrayContent(bytes[..length]);
            content.Headers.ContentType = new("application/json");
            using var answer = await client.PostAsync(Route, content, TestContext.Current.CancellationToken);
            Assert.Equal(400, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task Document_OfAMegabyte_IsTakenOrRefusedWhole()
    {
        await using var api = await HostAsync();
        var twice = """{"feature_management":{"feature_flags":[{"id":"a"},{"id":"A"}]}}""";
        (await api.PostAsync(Route, twice)).IsProblem(400, "invalid-document", "feature_management.feature_flags[1].id");
        var text = new string('x', 1_000_000);
        (await api.PostAsync(Route, $$$"""{"feature_management":{"feature_flags":[{"id":"{{{text}}}"}]}}""")).IsProblem(400, "invalid-document");
        (await api.PostAsync(Route, Many(501))).IsProblem(400, "too-many-flags", "feature_management.feature_flags");
        var answer = await api.PostAsync(Route, Many(500));
        Assert.Equal(500, answer.Json.GetProperty("imported").GetInt32());
    }

    /// <summary>Flags with named users: 500 of them are a megabyte.</summary>
    private static string Many(int flags)
    {
        var users = string.Join(',', Enumerable.Range(0, 100).Select(i => string.Create(CultureInfo.InvariantCulture, $"\"user-{i:00000000}\"")));
        return $$$"""{"feature_management":{"feature_flags":[{{{string.Join(',', Enumerable.Range(0, flags).Select(Flag))}}}]}}""";

        string Flag(int i) =>
            $$$"""{"id":"flag{{{i}}}","enabled":true,{{{AB}}},"allocation":{"default_when_enabled":"A","user":[{"variant":"B","users":[{{{users}}}]}],"percentile":[{"variant":"B","from":0,"to":50}]}}""";
    }

    private static async Task<ApiHost> HostAsync()
    {
        var api = new ApiHost();
        await api.CreateAsync("/v1/kpis", ApiHost.Kpi);
        return api;
    }
}
