using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.RealData;

public sealed class RestartTests
{
    [Fact]
    public async Task Kill_AfterARealCampaign_LeavesTheSameResultsAndTheBestPractice()
    {
        _ = SharedData.Folder;
        using var folder = new TemporaryFolder();
        await using var service = await ApiProcess.StartAsync($"--Experiments:Data={folder.Path}");
        var api = service.Client;
        await Hillstrom.DefineAsync(api);
        await Hillstrom.ImportAsync(api);

        // Within seconds by the real clock, with nobody asking for it.
        await ApiClient.UntilAsync(() => api.ResultsAsync(Hillstrom.Key), r => r.Text("status") == "stopped");
        var before = await ReadAsync(api);

        service.Kill();
        await service.RestartAsync();

        Assert.Equal(before, await ReadAsync(api));
        Assert.Contains("winner/promoted/mens", before[0], StringComparison.Ordinal);
        Assert.True((await api.GetAsync("/v1/audit/verify")).GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task Kill_AfterAnImportWithOutliers_LeavesTheSameFigures()
    {
        _ = SharedData.Folder;
        using var folder = new TemporaryFolder();
        await using var service = await ApiProcess.StartAsync($"--Experiments:Data={folder.Path}");
        var api = service.Client;
        await CookieCatsTests.DefineAsync(api);
        await api.ImportAsync("cookie-cats", CookieCatsTests.Query, SharedData.Read("cookie_cats.csv.gz"));

        // The safety stop ends the test within seconds; afterwards nothing looks any more.
        await ApiClient.UntilAsync(() => api.ResultsAsync("cookie-cats"), r => r.Text("status") == "stopped");
        var before = (await api.ResultsAsync("cookie-cats")).Without("asOf");

        service.Kill();
        await service.RestartAsync();

        var after = await api.ResultsAsync("cookie-cats");
        Assert.Equal(before, after.Without("asOf"));
        CookieCatsTests.AreThoseOfTheReference(after);
    }

    [Fact]
    public async Task Start_SecondProcessOnOneFolder_RefusesAndSaysWhy()
    {
        using var folder = new TemporaryFolder();
        await using var service = await ApiProcess.StartAsync($"--Experiments:Data={folder.Path}");

        var (exitCode, output) = await ApiProcess.RunToEndAsync($"--Experiments:Data={folder.Path}");

        Assert.NotEqual(0, exitCode);
        var last = output.Trim().Split('\n')[^1];
        Assert.StartsWith($"The data folder '{folder.Path}' is in use by another process.", last, StringComparison.Ordinal);

        // The first is not disturbed.
        await service.Client.GetAsync("/health/ready");
    }

    private static async Task<string[]> ReadAsync(ApiClient api)
    {
        var results = await api.ResultsAsync(Hillstrom.Key);
        return
        [
            results.Verdict(),
            results.Without("asOf"),
            (await api.ResultsAsync(Hillstrom.Key, "?breakdown=channel&lang=fr")).Without("asOf"),
            (await api.GetAsync($"/v1/experiments/{Hillstrom.Key}/history")).GetRawText(),
            (await api.GetAsync($"/v1/experiments/{Hillstrom.Key}/decisions")).GetRawText(),
            (await api.GetAsync("/v1/best-practices/" + Hillstrom.Key)).Without("live"),
            (await api.GetAsync("/v1/snapshot")).GetRawText(),
            (await api.GetAsync("/v1/audit/verify")).GetRawText(),
        ];
    }
}
