using System.IO.Compression;
using System.Text;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Events.Intake;

/// <summary>Bodies meant to hurt, against the real service: refused with an answer that arrives, and memory stays bounded.</summary>
public sealed class LargeBodyTests
{
    private const long MostGrowth = 200L * 1024 * 1024;

    [Fact]
    public async Task Collect_BodiesFarTooLarge_Are413AndTakeNoMemory()
    {
        using var folder = new TemporaryFolder();
        await using var service = await ApiProcess.StartAsync($"--Experiments:Data={folder.Path}");
        await RunningService.DefineAsync(service.Client);
        var lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 9_000).Select(i =>
            Event.Exposure($"u{i}", RunningService.Experiment, "mens").ToJson() + "\n")));
        byte[] large = [.. lines, .. new byte[20_000_000 - lines.Length]];
        Array.Fill(large, (byte)' ', lines.Length, large.Length - lines.Length);
        await RunningService.SendAsync(service.Client.Http, "/v1/events", "{}"u8.ToArray(), "application/json");
        var before = service.PeakMemory();

        (await SendAsync(service, large, "application/json")).IsProblem(413, "body-too-large");
        (await SendAsync(service, large, "application/x-ndjson")).IsProblem(413, "body-too-large");
        var bomb = Bomb();
        Assert.InRange(bomb.Length, 500_000, 2_000_000);
        (await SendAsync(service, bomb, "application/json", "gzip")).IsProblem(413, "body-too-large");
        (await SendAsync(service, bomb, "application/x-ndjson", "gzip")).IsProblem(413, "body-too-large");

        if (before is { } peak) Assert.InRange(service.PeakMemory()!.Value - peak, 0, MostGrowth);
        var results = await service.Client.ResultsAsync(RunningService.Experiment);
        Assert.Equal(0, results.Kpi("visit").Variant("mens").Whole("users"));
    }

    private static Task<Answer> SendAsync(ApiProcess service, byte[] body, string type, string? encoding = null) =>
        RunningService.SendAsync(service.Client.Http, "/v1/events", body, type, encoding);

    /// <summary>A megabyte that unpacks to a gigabyte of blanks: gzip streams may follow each other.</summary>
    private static byte[] Bomb()
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var blanks = new byte[1024 * 1024];
            Array.Fill(blanks, (byte)' ');
            gzip.Write(blanks);
        }

        return [.. Enumerable.Repeat(member.ToArray(), 1024).SelectMany(m => m)];
    }
}
