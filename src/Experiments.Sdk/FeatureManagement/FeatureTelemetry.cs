using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.FeatureManagement.Telemetry;

namespace Experiments.Sdk.FeatureManagement;

/// <summary>Tells an evaluation as Microsoft.FeatureManagement does, so that what listens to it sees parameters like other features.</summary>
internal static class FeatureTelemetry
{
    public const string SourceName = "Microsoft.FeatureManagement";
    public const string EventName = "FeatureFlag";

    /// <summary>Marks the evaluations that we have measured already.</summary>
    public const string VersionTag = "SnapshotVersion";

    private const string SchemaVersion = "1.0.0";

    private static readonly ActivitySource Source = new(SourceName, SchemaVersion);

    public static void Evaluated(string feature, string user, bool isOn, Assignment<FeatureValue?> assignment)
    {
        using var activity = Source.StartActivity("FeatureEvaluation");
        if (activity is not { IsAllDataRequested: true }) return;
        var tags = new ActivityTagsCollection
        {
            { "FeatureName", feature },
            { "Enabled", isOn },
            {
                "VariantAssignmentReason",
                assignment.Reason == AssignmentReason.Targeted ? VariantAssignmentReason.User : VariantAssignmentReason.Percentile
            },
            { "Version", SchemaVersion },
            { "TargetingId", Pseudonym(user) },
            { "Variant", assignment.Variant },
            { "VariantAssignmentPercentage", 100 * assignment.Propensity },
            { VersionTag, assignment.SnapshotVersion },
        };
        if (assignment.Experiment is { } experiment) tags.Add("Experiment", experiment);
        if (assignment.BestPractice is { } practice) tags.Add("BestPractice", practice);
        activity.AddEvent(new ActivityEvent(EventName, tags: tags));
    }

    /// <summary>Stands for a user where telemetry goes to third parties: the same at each evaluation, and not his id.</summary>
    public static string Pseudonym(string user) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(user)).AsSpan(0, 16));
}
