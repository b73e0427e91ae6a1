using System.Net;
using Experiments.Api.Tests.Common;
using Experiments.Api.Tests.Store;
using Experiments.Api.Tests.Support;

namespace Experiments.Api.Tests.Observability;

public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_AfterEvents_AreInPrometheusTextWithTheNamesOfTheConventionsAndNoUser()
    {
        // A process of its own: meters are heard by name, and other tests' services have them too.
        using var folder = new TemporaryFolder();
        await using var service = await ApiProcess.StartAsync($"--Experiments:Data={folder.Path}");
        var api = service.Client;
        await RunningService.DefineAsync(api);
        await api.EventsAsync(Event.Exposure("somebody", RunningService.Experiment, "mens"), Event.Kpi("somebody", "visit"));
        await api.EventsAsync(Event.Exposure("somebody", RunningService.Experiment, "mens"));
        await api.PostAsync("/v1/assignments", """{"user":"somebody"}""");
        using var erased = await api.Http.DeleteAsync(new Uri("/v1/users/somebody", UriKind.Relative), TestContext.Current.CancellationToken);

        var answer = await ApiHost.SendAsync(api.Http, HttpMethod.Get, "/metrics", null, "");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.StartsWith("text/plain", answer.Headers["Content-Type"], StringComparison.Ordinal);
        Assert.Matches(@"experiments_ingest_events_total\{[^}]*status=""accepted""[^}]*\} 2\n", answer.Text);
        Assert.Matches(@"experiments_ingest_events_total\{[^}]*status=""duplicate""[^}]*\} 1\n", answer.Text);
        Assert.Matches(@"experiments_exposures_total\{[^}]*arm=""mens"",experiment=""spring-email""[^}]*\} 2\n", answer.Text);
        foreach (var name in new[]
        {
            "experiments_ingest_batch_duration_seconds_bucket", "experiments_ingest_lag_seconds_bucket", "experiments_evaluations_total",
            "experiments_archive_waiting", "experiments_store_epoch_changes", "experiments_store_complete",
        })
        {
            Assert.Contains(name, answer.Text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("somebody", answer.Text, StringComparison.Ordinal);
    }
}
