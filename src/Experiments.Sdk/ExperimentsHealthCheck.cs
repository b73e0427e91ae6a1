using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Experiments.Sdk;

/// <summary>Healthy while the service confirms the snapshot and events have room; else the registration's status, with the reason.</summary>
internal sealed class ExperimentsHealthCheck(ExperimentsClient client, ExperimentsOptions options) : IHealthCheck
{
    /// <summary>Looks for a newer snapshot that may fail in a row before the snapshot counts as old.</summary>
    private const int MissedLooks = 3;

    private TimeSpan MaximumAge => MissedLooks * (options.SnapshotPollInterval + options.RequestTimeout);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = client.Status;
        string[] reasons = [.. Reasons(status)];
        return Task.FromResult(new HealthCheckResult(
            reasons.Length == 0 ? HealthStatus.Healthy : context.Registration.FailureStatus,
            reasons.Length == 0 ? "The service confirms the snapshot." : string.Join(' ', reasons),
            data: Data(status)));
    }

    private IEnumerable<string> Reasons(ExperimentsStatus status)
    {
        if (status.SnapshotOrigin == SnapshotOrigin.None)
        {
            yield return "No snapshot has arrived: the app runs on its own defaults.";
        }
        else if (status.SnapshotOrigin == SnapshotOrigin.Disk)
        {
            yield return "The service has not answered yet: users are served by the snapshot of an earlier start.";
        }
        else if (status.SnapshotAge > MaximumAge)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The service last confirmed the snapshot {status.SnapshotAge.Value.TotalSeconds:F0} s ago; more than {MaximumAge.TotalSeconds:F0} s is old.");
        }

        if (client.IsShedding)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"The outbox is filling up and sheds users: {status.EventsWaiting} events wait, {status.EventsDropped} are dropped.");
        }
    }

    private static Dictionary<string, object> Data(ExperimentsStatus status)
    {
        var data = new Dictionary<string, object>
        {
            ["snapshotOrigin"] = status.SnapshotOrigin.ToString(),
            ["snapshotVersion"] = status.SnapshotVersion,
            ["eventsWaiting"] = status.EventsWaiting,
            ["eventsDropped"] = status.EventsDropped,
        };
        if (status.SnapshotAge is { } age) data["snapshotAgeSeconds"] = age.TotalSeconds;
        return data;
    }
}
