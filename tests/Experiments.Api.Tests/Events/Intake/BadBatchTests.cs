using System.IO.Compression;
using System.Net;
using System.Text;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Events.Intake;

/// <summary>A body that cannot be taken as a whole: a clear refusal, and nothing of it is kept.</summary>
public sealed class BadBatchTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("", "malformed-json")]
    [InlineData("{", "malformed-json")]
    [InlineData("""{"events":[]} x""", "malformed-json")]
    [InlineData("""{"events":[GOOD],}""", "malformed-json")]
    [InlineData("""{"events":[GOOD""", "malformed-json")]
    [InlineData("""{"events":[GOOD]""", "malformed-json")]
    [InlineData("{}", "missing-member", "events")]
    [InlineData("""{"event":[GOOD]}""", "unknown-member", "event")]
    [InlineData("""{"events":[GOOD],"events":[GOOD]}""", "duplicate-member", "events")]
    [InlineData("""{"events":GOOD}""", "wrong-type", "events")]
    [InlineData("[GOOD]", "wrong-type")]
    [InlineData("12", "wrong-type")]
    [InlineData("""{"events":[]}""", "empty-batch", "events")]
    [InlineData("""{"events":[GOOD],"\ud800":1}""", "malformed-json")]
    public async Task Collect_BodyOfAnotherShape_Is400AndKeepsNothing(string body, string code, params string[] fields)
    {
        var before = await service.UsersAsync();
        var answer = await service.SendAsync("/v1/events", body.Replace("GOOD", service.GoodEvent(), StringComparison.Ordinal));
        answer.IsProblem(400, code, fields);
        Assert.Equal(before, await service.UsersAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \r\n\t\n")]
    public async Task Collect_NoLine_IsAnEmptyBatch(string body) =>
        (await service.SendAsync("/v1/events", body, "application/x-ndjson")).IsProblem(400, "empty-batch");

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-ndjson")]
    public async Task Collect_MoreThan10000Events_Is413AndKeepsNothing(string type)
    {
        var before = await service.UsersAsync();
        var events = Enumerable.Range(0, 10_000).Select(i => Event.Kpi("busy", "nothing", id: $"n{i}").ToJson()).Prepend(service.GoodEvent()).ToList();
        var body = type == "application/json" ? $$"""{"events":[{{string.Join(',', events)}}]}""" : string.Join('\n', events);
        (await service.SendAsync("/v1/events", body, type)).IsProblem(413, "too-many-events");
        Assert.Equal(before, await service.UsersAsync());
    }

    [Fact]
    public async Task Collect_Exactly10000Events_TakesThemAll()
    {
        var events = Enumerable.Range(0, 10_000).Select(i => Event.Kpi($"crowd-{i}", "visit"));
        Assert.Equal(10_000, (await service.Api.EventsAsync(events)).Whole("accepted"));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/csv")]
    [InlineData(null)]
    public async Task Collect_AnotherMediaType_Is415(string? type) =>
        (await service.SendAsync("/v1/events", $$"""{"events":[{{service.GoodEvent()}}]}""", type)).IsProblem(415, "unsupported-media-type");

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON")]
    public async Task Collect_MediaTypeWithParameters_IsTaken(string type) => Assert.Equal(
        HttpStatusCode.Accepted, (await service.SendAsync("/v1/events", $$"""{"events":[{{service.GoodEvent()}}]}""", type)).Status);

    [Theory]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("gzip, gzip")]
    public async Task Collect_AnotherEncoding_Is415(string encoding) => (await service.SendAsync(
        "/v1/events", $$"""{"events":[{{service.GoodEvent()}}]}""", encoding: encoding)).IsProblem(415, "unsupported-encoding");

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-ndjson")]
    public async Task Collect_Gzip_IsUnpacked(string type)
    {
        var before = await service.UsersAsync();
        var body = type == "application/json" ? $$"""{"events":[{{service.GoodEvent()}}]}""" : service.GoodEvent();
        var answer = await RunningService.SendAsync(service.Api.Http, "/v1/events", Gzip(body), type, "gzip");
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(before + 1, await service.UsersAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Collect_BrokenGzip_Is400AndKeepsNothing(int kind)
    {
        var before = await service.UsersAsync();
        var lines = string.Join('\n', Enumerable.Range(0, 200).Select(_ => service.GoodEvent()));
        var packed = Gzip(lines);
        var body = kind switch
        {
            0 => Encoding.UTF8.GetBytes(lines),
            1 => packed[..(packed.Length / 2)],
            _ => [.. packed[..(packed.Length / 2)], 0xff, 0x00, 0xff, 0x00, .. packed[((packed.Length / 2) + 4)..]],
        };
        (await RunningService.SendAsync(service.Api.Http, "/v1/events", body, "application/x-ndjson", "gzip")).IsProblem(400, "malformed-gzip");
        Assert.Equal(before, await service.UsersAsync());
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
