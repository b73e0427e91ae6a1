using Experiments.Sdk;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the health check of the SDK.</summary>
public static class ExperimentsHealthChecksBuilderExtensions
{
    /// <summary>Healthy while the service confirms the snapshot and events have room. Else <paramref name="failureStatus"/>, with the reason: users
    /// are served by an old snapshot (not confirmed for three looks: 3 × (<see cref="ExperimentsOptions.SnapshotPollInterval"/> +
    /// <see cref="ExperimentsOptions.RequestTimeout"/>)), by that of an earlier start, or by the app's own defaults; or the outbox sheds. The app goes
    /// on working in all of these, so they should not take it out of service. Needs <c>AddExperiments</c> or <c>WithExperiments</c>.</summary>
    /// <param name="builder">The app's health checks.</param>
    /// <param name="name">Name of the check.</param>
    /// <param name="failureStatus">Status when there is something to say.</param>
    /// <param name="tags">Tags by which the app picks checks.</param>
    /// <returns>The same builder.</returns>
    public static IHealthChecksBuilder AddExperimentsHealth(
        this IHealthChecksBuilder builder, string name = "experiments", HealthStatus failureStatus = HealthStatus.Degraded, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.Add(new HealthCheckRegistration(
            name,
            provider => new ExperimentsHealthCheck(
                provider.GetRequiredService<ExperimentsClient>(), provider.GetRequiredService<IOptions<ExperimentsOptions>>().Value),
            failureStatus,
            tags));
    }
}
