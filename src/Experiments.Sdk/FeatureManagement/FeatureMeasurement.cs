using System.Collections.Concurrent;
using System.Diagnostics;
using Experiments.Sdk.Assignment;
using Microsoft.Extensions.Hosting;
using Microsoft.FeatureManagement.Telemetry;

namespace Experiments.Sdk.FeatureManagement;

/// <summary>Hears the telemetry of the app's own features, and reports who was given which variant as exposures.</summary>
/// <remarks>Only variants given by chance are reported: one given to a named user or group says nothing of the variant.</remarks>
internal sealed class FeatureMeasurement(ExperimentsClient client, FeatureMeasurementOptions options) : IHostedService, IDisposable
{
    /// <summary>Variants of features remembered; a feature has a few.</summary>
    private const int MaximumArms = 10_000;

    private readonly ConcurrentDictionary<(string Feature, string Variant), ServedArm?> _arms = new();
    private ActivityListener? _listener;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == FeatureTelemetry.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = Hear,
        };
        ActivitySource.AddActivityListener(_listener);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _listener?.Dispose();

    private void Hear(Activity activity)
    {
        foreach (ref readonly var told in activity.EnumerateEvents())
        {
            if (told.Name == FeatureTelemetry.EventName) Report(told);
        }
    }

    private void Report(in ActivityEvent told)
    {
        string? feature = null, variant = null, user = null;
        var percentage = 0.0;
        var byChance = false;
        foreach (ref readonly var tag in told.EnumerateTagObjects())
        {
            switch (tag.Key)
            {
                case FeatureTelemetry.VersionTag: return; // ours, and exposed already
                case "FeatureName": feature = tag.Value as string; break;
                case "Variant": variant = tag.Value as string; break;
                case "TargetingId": user = tag.Value as string; break;
                case "VariantAssignmentPercentage": percentage = tag.Value as double? ?? 0; break;
                case "VariantAssignmentReason":
                    byChance = tag.Value is VariantAssignmentReason.Percentile or VariantAssignmentReason.DefaultWhenEnabled;
                    break;
            }
        }

        if (!byChance || percentage is not (> 0 and < 100) || feature is null || variant is null || user is null) return;
        if (ArmOf(feature, variant, percentage / 100) is { } arm) client.Expose(arm, user);
    }

    private ServedArm? ArmOf(string feature, string variant, double propensity)
    {
        if (_arms.TryGetValue((feature, variant), out var arm)) return arm;
        arm = options.ExperimentOf(feature) is { } experiment ? Arm(experiment, FeatureMeasurementOptions.KeyOf(variant), propensity) : null;
        if (_arms.Count < MaximumArms) _arms.TryAdd((feature, variant), arm);
        return arm;
    }

    private static ServedArm Arm(string experiment, string variant, double propensity) => new()
    {
        Reason = AssignmentReason.Split,
        Experiment = experiment,
        Variant = variant,
        VariantIndex = 0,
        Value = new ServedValue(null),
        Propensity = propensity,
        // With the variant: who is moved by a change of the feature has met both, and is quarantined.
        ExposureSeed = ServedArm.SeedOf($"{experiment}\n{variant}", 0),
    };
}
