using System.Text.Json;

namespace Experiments.Sdk.Assignment;

/// <summary>The answer of <see cref="SnapshotEvaluator.Evaluate"/>: what a user is served for one parameter, and why.</summary>
/// <param name="Arm">What is served, or null when nobody decided.</param>
/// <param name="Reason">Why.</param>
/// <param name="Hash">hash64 that chose the arm: of the experiment's or the practice's salt and the user.</param>
internal readonly record struct Evaluation(ServedArm? Arm, AssignmentReason Reason, ulong Hash = 0)
{
    /// <summary>The value, or null for the app's own default.</summary>
    public JsonElement? Value => Arm?.Value.Json;

    public AssignmentSource Source => Arm?.Source ?? AssignmentSource.None;

    public string? Experiment => Arm?.Experiment;

    /// <summary>Key of the variant; <c>practice</c> or <c>holdback</c> for a best practice.</summary>
    public string? Variant => Arm?.Variant;

    /// <summary>Index of the variant; −1 when nobody decided.</summary>
    public int VariantIndex => Arm?.VariantIndex ?? -1;

    public string? BestPractice => Arm?.BestPractice;

    /// <summary>Null when nobody decided, or not by chance.</summary>
    public double? Propensity => Reason == AssignmentReason.Targeted ? null : Arm?.Propensity;

    public int Epoch => Arm?.Epoch ?? 0;
}
