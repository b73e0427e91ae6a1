using System.Net;
using System.Text.Json;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Events.Intake;

/// <summary>One bad event among good ones: it is refused by name, the others are kept.</summary>
public sealed class BadEventTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Exposure = "\"id\":\"bad\",\"type\":\"exposure\",\"user\":\"bad-user\",\"experiment\":\"spring-email\",\"variant\":\"mens\"";
    private const string Kpi = "\"id\":\"bad\",\"type\":\"kpi\",\"user\":\"bad-user\",\"event\":\"visit\"";

    private static readonly string LongText = new('u', 10_000);

    public static TheoryData<string, string> BadEvents => new()
    {
        { """{"id":"bad","type":"exposure","user":"u","experiment":"none-such","variant":"mens"}""", "unknown-experiment" },
        { """{"id":"bad","type":"exposure","user":"u","variant":"mens"}""", "unknown-experiment" },
        { """{"id":"bad","type":"exposure","user":"u","experiment":"a-draft","variant":"mens"}""", "experiment-not-started" },
        { """{"id":"bad","type":"exposure","user":"u","experiment":"spring-email","variant":"womens"}""", "unknown-variant" },
        { """{"id":"bad","type":"exposure","user":"u","experiment":"spring-email","variant":"MENS"}""", "unknown-variant" },
        { """{"id":"bad","type":"exposure","user":"u","experiment":"spring-email"}""", "unknown-variant" },
        { """{"id":"bad","type":"exposure","user":"u","bestPractice":"none-such","variant":"practice"}""", "unknown-best-practice" },
        { "{" + Exposure + ""","epoch":1}""", "unknown-epoch" },
        { "{" + Exposure + ""","epoch":0.5}""", "wrong-type" },
        { "{" + Exposure + ""","epoch":-1}""", "wrong-type" },
        { "{" + Exposure + ""","value":1}""", "unknown-member" },
        { "{" + Exposure + ""","colour":"red"}""", "unknown-member" },
        { "{" + Exposure + ""","Variant":"mens"}""", "unknown-member" },
        { "{" + Exposure + ""","variant":"none"}""", "duplicate-member" },
        { "{" + Exposure + ""","attributes":"web"}""", "wrong-type" },
        { "{" + Exposure + ""","attributes":{"channel":["web"]}}""", "invalid-attributes" },
        { "{" + Exposure + ",\"attributes\":{\"channel\":\"" + new string('c', 1001) + "\"}}", "invalid-attributes" },
        { "{" + Exposure + ",\"attributes\":{" + string.Join(',', Enumerable.Range(0, 51).Select(i => $"\"a{i}\":1")) + "}}", "invalid-attributes" },
        { "{" + Kpi + ""","variant":"mens"}""", "unknown-member" },
        { "{" + Kpi + ""","experiment":"spring-email"}""", "unknown-member" },
        { "{" + Kpi + ""","value":"12"}""", "wrong-type" },
        { "{" + Kpi + ""","value":true}""", "wrong-type" },
        { "{" + Kpi + ""","value":1e400}""", "invalid-value" },
        { "{" + Kpi + ""","value":-1e400}""", "invalid-value" },
        { "{" + Kpi + ""","value":1.1e12}""", "invalid-value" },
        { """{"id":"bad","type":"kpi","user":"u"}""", "invalid-event" },
        { """{"id":"bad","type":"kpi","user":"u","event":""}""", "invalid-event" },
        { """{"id":"bad","type":"kpi","user":"u","event":7}""", "wrong-type" },
        { """{"type":"kpi","user":"u","event":"visit"}""", "invalid-id" },
        { """{"id":"","type":"kpi","user":"u","event":"visit"}""", "invalid-id" },
        { """{"id":null,"type":"kpi","user":"u","event":"visit"}""", "invalid-id" },
        { """{"id":12,"type":"kpi","user":"u","event":"visit"}""", "wrong-type" },
        { $$"""{"id":"{{LongText}}","type":"kpi","user":"u","event":"visit"}""", "invalid-id" },
        { """{"id":"bad","user":"u","event":"visit"}""", "invalid-type" },
        { """{"id":"bad","type":"view","user":"u","event":"visit"}""", "invalid-type" },
        { """{"id":"bad","type":"kpi","event":"visit"}""", "invalid-user" },
        { """{"id":"bad","type":"kpi","user":"","event":"visit"}""", "invalid-user" },
        { """{"id":"bad","type":"kpi","user":"   ","event":"visit"}""", "invalid-user" },
        { """{"id":"bad","type":"kpi","user":"a\nb","event":"visit"}""", "invalid-user" },
        { """{"id":"bad","type":"kpi","user":"a\u0000b","event":"visit"}""", "invalid-user" },
        { $$"""{"id":"bad","type":"kpi","user":"{{LongText}}","event":"visit"}""", "invalid-user" },
        { """{"id":"bad","type":"kpi","user":"a\ud800b","event":"visit"}""", "invalid-text" },
        { """{"id":"\udc00","type":"kpi","user":"u","event":"visit"}""", "invalid-text" },
        { """{"id":"bad","\ud800":1,"type":"kpi","user":"u","event":"visit"}""", "invalid-text" },
        { "{" + Kpi + ""","at":"2026-11-24T10:05:01Z"}""", "in-the-future" },
        { "{" + Kpi + ""","at":"2026-11-24T10:05:01-01:00"}""", "in-the-future" },
        { "{" + Kpi + ""","at":"9999-12-31T23:59:59Z"}""", "in-the-future" },
        { "{" + Kpi + ""","at":"0001-01-01T00:00:00Z"}""", "invalid-time" },
        { "{" + Kpi + ""","at":"2026-02-30T10:00:00Z"}""", "invalid-time" },
        { "{" + Kpi + ""","at":"yesterday"}""", "invalid-time" },
        { "{" + Kpi + ""","at":1764000000}""", "invalid-time" },
        { "12", "invalid-event" },
        { "null", "invalid-event" },
        { "\"event\"", "invalid-event" },
        { "[1,[2]]", "invalid-event" },
    };

    [Theory, MemberData(nameof(BadEvents))]
    public async Task Collect_BadEventBetweenGoodOnes_RefusesItAlone(string bad, string code)
    {
        var before = await service.UsersAsync();
        var json = await service.SendAsync("/v1/events", $$"""{"events":[{{service.GoodEvent()}},{{bad}},{{service.GoodEvent()}}]}""");
        var lines = await service.SendAsync(
            "/v1/events", $"{service.GoodEvent()}\n{bad}\r\n\n{service.GoodEvent()}\n", "application/x-ndjson");
        IsRefusedAlone(json, code);
        IsRefusedAlone(lines, code);
        Assert.Equal(before + 4, await service.UsersAsync());
    }

    [Theory, MemberData(nameof(BadEvents))]
    public async Task Collect_BadEventAlone_Is422AndKeepsNothing(string bad, string code)
    {
        var before = await service.UsersAsync();
        var answer = await service.SendAsync("/v1/events", $$"""{"events":[{{bad}}]}""");
        answer.IsProblem(422, "no-event-accepted");
        Assert.Equal(code, answer.Json.GetProperty("rejected")[0].Text("code"));
        Assert.Equal(before, await service.UsersAsync());
    }

    [Theory]
    [InlineData("""{"id":"cut","type":"kpi","user":"u","event":"vi""")]
    [InlineData("""{"id":"cut","type":"kpi","user":"u","event":"visit","value":NaN}""")]
    [InlineData("""{"id":"cut","type":"kpi","user":"u","event":"visit","value":-Infinity}""")]
    [InlineData("""{"id":"cut" "type":"kpi"}""")]
    [InlineData("""{"id":"one","type":"kpi","user":"u","event":"visit"} {"id":"two","type":"kpi","user":"u","event":"visit"}""")]
    [InlineData("user=u&event=visit")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}}}}}}}}}}")]
    public async Task Collect_MalformedText_CostsItsLineOrItsWholeJsonBody(string malformed)
    {
        var before = await service.UsersAsync();
        var lines = await service.SendAsync(
            "/v1/events", $"{service.GoodEvent()}\n{malformed}\n{service.GoodEvent()}", "application/x-ndjson");
        IsRefusedAlone(lines, "malformed-json");
        Assert.Equal(before + 2, await service.UsersAsync());

        var json = await service.SendAsync("/v1/events", $$"""{"events":[{{service.GoodEvent()}},{{malformed}}]}""");
        json.IsProblem(400, "malformed-json");
        Assert.Equal(before + 2, await service.UsersAsync());
    }

    [Fact]
    public async Task Collect_LineOfBytesThatAreNotUtf8_CostsItsLine()
    {
        var before = await service.UsersAsync();
        byte[] body =
        [
            .. System.Text.Encoding.UTF8.GetBytes(service.GoodEvent()), (byte)'\n',
            .. "{\"id\":\"bad\",\"type\":\"kpi\",\"event\":\"visit\",\"user\":\""u8, 0xff, 0xfe, .. "\"}\n"u8,
            .. System.Text.Encoding.UTF8.GetBytes(service.GoodEvent()),
        ];
        var answer = await RunningService.SendAsync(service.Api.Http, "/v1/events", body, "application/x-ndjson");
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(1, Assert.Single(answer.Json.GetProperty("rejected").EnumerateArray()).GetProperty("index").GetInt32());
        Assert.Equal(before + 2, await service.UsersAsync());
    }

    [Theory]
    [InlineData("{s0}")]
    [InlineData("{catalog}:{}")]
    [InlineData("../../etc/passwd")]
    [InlineData("u:*:1")]
    [InlineData("\u202egnp\u0301\U0001F600")]
    [InlineData("__proto__")]
    public async Task Collect_StrangeUserOfGoodForm_IsCountedAsHimself(string user)
    {
        var before = await service.UsersAsync();
        var receipt = await service.Api.EventsAsync(
            Event.Exposure(user, RunningService.Experiment, "mens", id: "x1" + user), Event.Kpi(user, "visit", id: "k1" + user),
            Event.Exposure(user, RunningService.Experiment, "mens", id: "x2" + user));
        Assert.Equal(3, receipt.Whole("accepted"));
        Assert.Equal(before + 1, await service.UsersAsync());
    }

    [Fact]
    public async Task Collect_EventThatNoKpiCounts_IsAccepted()
    {
        var receipt = await service.Api.EventsAsync(Event.Kpi(service.NewUser(), "nobody-counts-this"));
        Assert.Equal(1, receipt.Whole("accepted"));
    }

    private static void IsRefusedAlone(Answer answer, string code)
    {
        Assert.True(answer.Status == HttpStatusCode.Accepted, answer.Text);
        Assert.Equal(2, answer.Json.Whole("accepted"));
        Assert.Equal(0, answer.Json.Whole("duplicates"));
        var rejected = Assert.Single(answer.Json.GetProperty("rejected").EnumerateArray());
        Assert.Equal(1, rejected.GetProperty("index").GetInt32());
        Assert.Equal(code, rejected.Text("code"));
        Assert.NotEmpty(rejected.Text("detail"));
        Assert.True(rejected.IsNull("id") || rejected.GetProperty("id").ValueKind == JsonValueKind.String);
        Assert.True(answer.Text.Length < 2_000, "A refusal repeats what was sent at length.");
    }
}
