namespace Experiments.Sdk;

/// <summary>A parameter's value for one user, and where it comes from.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
/// <param name="Value">The value: that of the variant or of the best practice, or the app's default.</param>
/// <param name="Source">Who decided.</param>
/// <param name="Reason">Why.</param>
public readonly record struct Assignment<T>(T Value, AssignmentSource Source, AssignmentReason Reason)
{
    /// <summary>Key of the experiment that decided, or null.</summary>
    public string? Experiment { get; init; }

    /// <summary>Key of the variant; <c>practice</c> or <c>holdback</c> for a best practice; null if nobody decided.</summary>
    public string? Variant { get; init; }

    /// <summary>Key of the best practice that decided, or null.</summary>
    public string? BestPractice { get; init; }

    /// <summary>Probability that a user of this experiment or best practice has this variant, in (0, 1]; 0 if nobody decided.</summary>
    public double Propensity { get; init; }

    /// <summary>Epoch of the experiment's weights: how many times they had changed.</summary>
    public int Epoch { get; init; }

    /// <summary>Version of the snapshot that this was decided by; 0 while there is none.</summary>
    public long SnapshotVersion { get; init; }
}
