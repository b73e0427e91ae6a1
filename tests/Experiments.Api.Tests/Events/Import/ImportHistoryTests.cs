using System.Globalization;
using System.Text;
using System.Text.Json;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Events.Import;

/// <summary>CSV as people have it: good rows are kept, bad ones refused by their line; a file that cannot be read leaves nothing behind.</summary>
public sealed class ImportHistoryTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Path = "/v1/experiments/spring-email/import?";
    private const string Query = "variant=variant&user=user&kpi=visit:visit&kpi=spend:spend";
    private const string Header = "user,variant,visit,spend";

    [Theory]
    [InlineData("", "invalid-parameter", "variant")]
    [InlineData("variant=", "invalid-parameter", "variant")]
    [InlineData("variant=variant&variant=variant", "invalid-parameter", "variant")]
    [InlineData("variant=variant&colour=red", "invalid-parameter", "colour")]
    [InlineData("variant=variant&Complete=true", "invalid-parameter", "Complete")]
    [InlineData("variant=variant&complete=perhaps", "invalid-parameter", "complete")]
    [InlineData("variant=variant&complete=true&complete=true", "invalid-parameter", "complete")]
    [InlineData("variant=variant&kpi=visit", "invalid-parameter", "kpi")]
    [InlineData("variant=variant&kpi=:visit", "invalid-parameter", "kpi")]
    [InlineData("variant=variant&attribute=channel:", "invalid-parameter", "attribute")]
    [InlineData("variant=arm", "missing-column", "variant")]
    [InlineData("variant=variant&user=userid", "missing-column", "user")]
    [InlineData("variant=variant&at=when", "missing-column", "at")]
    [InlineData("variant=variant&kpi=visit:visits", "missing-column", "kpi")]
    [InlineData("variant=variant&attribute=channel:channel", "missing-column", "attribute")]
    public async Task Import_BadParameterOrMissingColumn_Is400AndKeepsNothing(string query, string code, string field)
    {
        var before = await StateAsync();
        (await service.SendAsync(Path + query, $"{Header}\n{Row()}\n", "text/csv")).IsProblem(400, code, field);
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task Import_UnknownKpi_Is422AndKeepsNothing()
    {
        var before = await StateAsync();
        (await service.SendAsync(Path + "variant=variant&kpi=none-such:visit", $"{Header}\n{Row()}\n", "text/csv")).IsProblem(422, "unknown-kpi", "kpi");
        Assert.Equal(before, await StateAsync());
    }

    [Theory]
    [InlineData("variant=arm&complete=true", Header + "\nu,none,1,1")]
    [InlineData(Query + "&complete=true", "")]
    [InlineData(Query + "&complete=true", "\"user,variant")]
    [InlineData("variant=variant&kpi=none-such:visit&complete=true", Header + "\nu,none,1,1")]
    [InlineData(Query + "&complete=true", Header + "\nu,nobody,1,1")]
    public async Task Import_CompleteButNothingTaken_DoesNotMakeTheOutcomesFinal(string query, string csv)
    {
        // Outcomes that are final need no whole weeks: that must not come of a slip of the pen.
        var before = await StateAsync();
        await service.SendAsync(Path + query, csv, "text/csv");
        Assert.Equal(before, await StateAsync());
    }

    [Theory]
    [InlineData("", "empty-file")]
    [InlineData("\n", "empty-file")]
    [InlineData("user,\"variant,visit,spend\n", "broken-quote")]
    public async Task Import_NoReadableFirstLine_Is400(string csv, string code) =>
        (await service.SendAsync(Path + Query, csv, "text/csv")).IsProblem(400, code);

    [Fact]
    public async Task Import_AnotherMediaType_Is415() =>
        (await service.SendAsync(Path + Query, Header)).IsProblem(415, "unsupported-media-type");

    [Fact]
    public async Task Import_NotGzip_Is400AndKeepsNothing()
    {
        var before = await StateAsync();
        (await service.SendAsync(Path + Query, $"{Header}\n{Row()}\n", "text/csv", "gzip")).IsProblem(400, "malformed-gzip");
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task Import_UnknownExperimentOrDraft_IsRefused()
    {
        (await service.SendAsync("/v1/experiments/none-such/import?" + Query, Header, "text/csv")).IsProblem(404, "experiment-not-found");
        (await service.SendAsync("/v1/experiments/a-draft/import?" + Query, Header, "text/csv")).IsProblem(409, "experiment-not-started");
    }

    [Theory]
    [InlineData("\"BAD,none,1,5", "broken-quote")]
    [InlineData("B\"AD,none,1,5", "broken-quote")]
    [InlineData("\"BAD\"x,none,1,5", "broken-quote")]
    [InlineData("BAD,\"none,1,5", "broken-quote")]
    [InlineData("BAD,none,1", "wrong-column-count")]
    [InlineData("BAD,none,1,5,6", "wrong-column-count")]
    [InlineData("BAD", "wrong-column-count")]
    [InlineData("BAD,nobody,1,5", "unknown-variant")]
    [InlineData("BAD,,1,5", "unknown-variant")]
    [InlineData(",none,1,5", "invalid-user")]
    [InlineData("\"B\nAD\",none,1,5", "invalid-user")]
    [InlineData("BAD,none,perhaps,5", "invalid-value")]
    [InlineData("BAD,none,1,NaN", "invalid-value")]
    [InlineData("BAD,none,1,1e400", "invalid-value")]
    [InlineData("BAD,none,1,-1e13", "invalid-value")]
    [InlineData("BAD,none,1,5 EUR", "invalid-value")]
    [InlineData("BAD,none,1,0x10", "invalid-value")]
    public async Task Import_BadRowBetweenGoodOnes_IsRefusedAlone(string bad, string code)
    {
        var before = await service.UsersAsync();
        var report = await ImportAsync($"{Header}\n{Row()}\n{bad.Replace("BAD", service.NewUser(), StringComparison.Ordinal)}\n{Row()}\n{Row()}\n");
        Assert.Equal(4, report.Whole("rows"));
        Assert.Equal(3, report.Whole("exposures"));
        IsRefusedAlone(report, line: 3, code);
        Assert.Equal(before + 3, await service.UsersAsync());
    }

    [Fact]
    public async Task Import_TwoBrokenQuotes_RefusesTheTwoAndKeepsWhatStandsBetween()
    {
        var before = await service.UsersAsync();
        var report = await ImportAsync($"{Header}\n\"{Row()}\n{Row()}\n{service.NewUser()},\"none,1,5\n{Row()}");
        Assert.Equal([2, 4], report.GetProperty("rejected").EnumerateArray().Select(r => r.Whole("line")));
        Assert.Equal(2, report.Whole("exposures"));
        Assert.Equal(before + 2, await service.UsersAsync());
    }

    [Fact]
    public async Task Import_QuoteLeftOpenAtTheEnd_RefusesTheLastRowAlone()
    {
        var before = await service.UsersAsync();
        var report = await ImportAsync($"{Header}\n{Row()}\n{Row()}\n\"{Row()}\n");
        IsRefusedAlone(report, line: 4, "broken-quote");
        Assert.Equal(before + 2, await service.UsersAsync());
    }

    [Fact]
    public async Task Import_CellOfSeveralLinesWithQuotes_IsOneRow()
    {
        var report = await service.Api.ImportAsync(
            RunningService.Experiment, "variant=variant&user=user",
            Encoding.UTF8.GetBytes($"user,variant,note\r\n{service.NewUser()},\"none\",\"two \"\"lines\"\",\r\nof text\"\r\n{service.NewUser()},mens,\r\n"));
        Assert.Equal(2, report.Whole("rows"));
        Assert.Equal(2, report.Whole("exposures"));
        Assert.Equal(0, report.Whole("rejectedRows"));
    }

    [Theory]
    [InlineData("\ufeffuser;variant;visit;spend\n{0};No E-Mail;1;12,5\n{1};none;0;1,25e1\n", 25, 1)]
    [InlineData("user\tvariant\tvisit\tspend\n{0}\tnone\ttrue\t12.5\n{1}\tnone\tYES\t-2.5\n", 10, 2)]
    [InlineData("\"user\",\"variant\",\"visit\",\"spend\"\r\n\"{0}\",\"none\",\"2.5\",\"\"\r\n\"{1}\", none ,no,false\r\n", 0, 1)]
    [InlineData("spend,visit,variant,user\n12.5,-1,none,{0}\n0,0.0,none,{1}", 12.5, 1)]
    public async Task Import_FileAsProgramsWriteIt_IsRead(string csv, double spend, long visits)
    {
        var before = (await service.Api.ResultsAsync(RunningService.Experiment)).Clone();
        csv = string.Format(CultureInfo.InvariantCulture, csv, service.NewUser(), service.NewUser());
        var report = await ImportAsync(csv);
        Assert.Equal(0, report.Whole("rejectedRows"));
        Assert.Equal(2, report.Whole("exposures"));
        var after = await service.Api.ResultsAsync(RunningService.Experiment);
        Assert.Equal(spend, after.Kpi("spend").Variant("none").Number("sum") - before.Kpi("spend").Variant("none").Number("sum"));
        Assert.Equal(visits, after.Kpi("visit").Variant("none").Whole("conversions") - before.Kpi("visit").Variant("none").Whole("conversions"));
    }

    [Fact]
    public async Task Import_Times_AreThoseOfTheRowsAndTheFutureIsRefused()
    {
        var csv = $"user,variant,at\n{service.NewUser()},none,2026-11-24T09:00:00Z\n{service.NewUser()},none,2026-11-24T10:05:01Z\n{service.NewUser()},none,soon\n";
        var report = await service.Api.ImportAsync(RunningService.Experiment, "variant=variant&user=user&at=at", Encoding.UTF8.GetBytes(csv));
        Assert.Equal(1, report.Whole("exposures"));
        Assert.Equal(["in-the-future", "invalid-time"], report.GetProperty("rejected").EnumerateArray().Select(r => r.Text("code")));
    }

    [Fact]
    public async Task Import_ManyBadRows_ReportsTheFirstHundredAndCountsAll()
    {
        var csv = Header + "\n" + string.Concat(Enumerable.Repeat("u,nobody,1,1\n", 150));
        var report = await ImportAsync(csv);
        Assert.Equal(150, report.Whole("rows"));
        Assert.Equal(150, report.Whole("rejectedRows"));
        Assert.Equal(100, report.GetProperty("rejected").GetArrayLength());
    }

    [Fact]
    public async Task Import_LineWithoutEnd_IsRefusedWithItsNumber()
    {
        var answer = await service.SendAsync(Path + Query, $"{Header}\n{Row()}\n{new string('x', 100_000)}", "text/csv");
        answer.IsProblem(400, "line-too-long");
        Assert.Contains("Line 3", answer.Json.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_UserInTwoVariants_IsLeftOutAndShown()
    {
        var before = (await service.Api.ResultsAsync(RunningService.Experiment)).GetProperty("health").Whole("multipleExposureUsers");
        var user = service.NewUser();
        var users = await service.UsersAsync();
        await ImportAsync($"{Header}\n{user},none,1,5\n{user},mens,1,5\n");
        Assert.Equal(users, await service.UsersAsync());
        Assert.Equal(before + 1, (await service.Api.ResultsAsync(RunningService.Experiment)).GetProperty("health").Whole("multipleExposureUsers"));
    }

    private static void IsRefusedAlone(JsonElement report, long line, string code)
    {
        Assert.Equal(1, report.Whole("rejectedRows"));
        var rejected = Assert.Single(report.GetProperty("rejected").EnumerateArray());
        Assert.Equal(line, rejected.Whole("line"));
        Assert.Equal(code, rejected.Text("code"));
        Assert.NotEmpty(rejected.Text("detail"));
    }

    private Task<JsonElement> ImportAsync(string csv) => service.Api.ImportAsync(RunningService.Experiment, Query, Encoding.UTF8.GetBytes(csv));

    private string Row() => $"{service.NewUser()},none,1,5";

    /// <summary>Everything that an import that failed must leave as it was.</summary>
    private async Task<string> StateAsync() =>
        (await service.Api.GetAsync("/v1/experiments/spring-email")).GetRawText() + await service.UsersAsync();
}
