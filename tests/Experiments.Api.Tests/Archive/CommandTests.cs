using System.Net;
using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Archive;

/// <summary>The commands <c>verify</c> and <c>rebuild</c> as real processes, on what a real service left.</summary>
public sealed class CommandTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rebuild_StoreThatIsGone_GivesTheSameResultsAndAuditAndGoesOn()
    {
        using var folder = new TemporaryFolder();
        var data = Path.Combine(folder.Path, "data");
        string[] settings = [$"--Experiments:Data={data}", $"--Experiments:Archive:Folder={folder.Path}/archive", "--Experiments:Archive:IntervalSeconds=0.2"];
        string before, audit, users;
        await using (var service = await ApiProcess.StartAsync(settings))
        {
            await BitEvents.DefineAsync(service.Client);
            var random = new Random(1);
            for (var group = 0; group < 5; group++) await service.Client.EventsAsync(BitEvents.Group($"g{group}", random));
            before = Figures(await service.Client.ResultsAsync(BitEvents.Experiment, "?breakdown=group"));
            audit = (await service.Client.GetAsync("/v1/audit/verify")).Text("head");
            users = (await service.Client.GetAsync("/v1/audit/verify")).GetProperty("entries").GetRawText();
            await UntilArchivedAsync(folder.Path, service);
        }

        Assert.Equal(0, (await ApiProcess.CommandAsync("verify", settings)).ExitCode);
        Directory.Delete(data, recursive: true);

        // A service on the empty store says that it is not whole, and serves nothing of it.
        await using (var empty = await ApiProcess.StartNotReadyAsync(settings))
        {
            using var ready = await empty.Client.Http.GetAsync(new Uri("/health/ready", UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Contains("store-incomplete", await ready.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
            using var refused = await empty.Client.Http.GetAsync(new Uri("/v1/kpis", UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            using var live = await empty.Client.Http.GetAsync(new Uri("/health/live", UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        }

        Directory.Delete(data, recursive: true);
        var rebuilt = await ApiProcess.CommandAsync("rebuild", settings);
        Assert.True(rebuilt.ExitCode == 0, rebuilt.Output);
        Assert.Equal(0, (await ApiProcess.CommandAsync("verify", settings)).ExitCode);
        await using var again = await ApiProcess.StartAsync(settings);
        Assert.Equal(before, Figures(await again.Client.ResultsAsync(BitEvents.Experiment, "?breakdown=group")));
        Assert.Equal(audit, (await again.Client.GetAsync("/v1/audit/verify")).Text("head"));
        Assert.Equal(users, (await again.Client.GetAsync("/v1/audit/verify")).GetProperty("entries").GetRawText());

        // The same events again are known; new ones count.
        var repeated = await again.Client.EventsAsync(BitEvents.Group("g0", new Random(1)));
        Assert.Equal(0, repeated.Whole("accepted"));
        await again.Client.EventsAsync(BitEvents.Group("g9", new Random(9)));
        Assert.Equal(
            6 * BitEvents.UsersPerVariant, BitEvents.Read(await again.Client.ResultsAsync(BitEvents.Experiment), "a").Users);
    }

    [Fact]
    public async Task Erase_UserOfAService_ResultsAreThoseWithoutHimAndNoFileHoldsHim()
    {
        using var folder = new TemporaryFolder();
        string[] settings = [$"--Experiments:Data={folder.Path}/data", "--Experiments:Archive:IntervalSeconds=0.2"];
        await using var service = await ApiProcess.StartAsync(settings);
        await BitEvents.DefineAsync(service.Client);
        var events = BitEvents.Group("g0", new Random(5));
        await service.Client.EventsAsync(events);
        var user = events[0].User;

        using var answer = await service.Client.Http.DeleteAsync(new Uri($"/v1/users/{Uri.EscapeDataString(user)}", UriKind.Relative), Token);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var results = await service.Client.ResultsAsync(BitEvents.Experiment);
        var others = events.Where(e => e.User != user).ToList();
        foreach (var variant in new[] { "a", "b" }) Assert.Equal(BitEvents.Fold(others, variant), BitEvents.Read(results, variant));
        var entry = (await service.Client.GetAsync("/v1/audit?limit=200")).GetProperty("items").EnumerateArray().Last();
        Assert.Equal("user.erase", entry.Text("action"));
        Assert.DoesNotContain(user, entry.GetRawText(), StringComparison.Ordinal);
        Assert.True((await service.Client.GetAsync("/v1/audit/verify")).GetProperty("valid").GetBoolean());
        Assert.DoesNotContain(user, service.Output, StringComparison.Ordinal);

        service.Kill();
        var verified = await ApiProcess.CommandAsync("verify", settings);
        Assert.True(verified.ExitCode == 0, verified.Output);
        foreach (var file in Directory.EnumerateFiles(folder.Path, "*.parquet", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(user, System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Token)), StringComparison.Ordinal);
        }
    }

    private static string Figures(System.Text.Json.JsonElement results) => results.Without("asOf");

    private static async Task UntilArchivedAsync(string folder, ApiProcess service)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            await Task.Delay(100, Token);
            var manifest = Path.Combine(folder, "archive", "manifest.json");
            if (!File.Exists(manifest)) continue;
            var state = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(manifest, Token)).RootElement;
            if (state.GetProperty("files").EnumerateArray().Sum(f => f.Whole("rows")) == 5 * 4 * BitEvents.UsersPerVariant
                && File.Exists(Path.Combine(folder, "archive", "catalog.ndjson"))) return;
        }

        Assert.Fail($"Nothing was archived: {service.Output}");
    }
}
