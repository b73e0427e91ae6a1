using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Experiments.Sdk.Assignment;

/// <summary>What a user can be served: one variant of an experiment, or a best practice, or its holdback. Compiled once per snapshot.</summary>
internal sealed class ServedArm
{
    /// <summary>Variant key of an exposure to a best practice.</summary>
    public const string PracticeVariant = "practice";

    /// <summary>Variant key of an exposure to a best practice's holdback.</summary>
    public const string HoldbackVariant = "holdback";

    public required AssignmentReason Reason { get; init; }

    public required ServedValue Value { get; init; }

    /// <summary>Key of the experiment, or null for a best practice.</summary>
    public string? Experiment { get; init; }

    /// <summary>Key of the best practice, or null for an experiment.</summary>
    public string? BestPractice { get; init; }

    public required string Variant { get; init; }

    /// <summary>Index of the variant in the experiment; 0 the practice and 1 its holdback.</summary>
    public required int VariantIndex { get; init; }

    /// <summary>Share of the users that chance leads here; 0 for who was named.</summary>
    public required double Propensity { get; init; }

    public int Epoch { get; init; }

    /// <summary>Buckets of 10,000 that lead here; 0 when the table gives it to nobody.</summary>
    public int Buckets { get; init; }

    /// <summary>All arms of the experiment; null for a best practice.</summary>
    public ArmPlan? Plan { get; init; }

    /// <summary>For a bandit, whose users keep their first arm; null where the table alone decides.</summary>
    public ArmPlan? Bandit { get; init; }

    /// <summary>What it is called in the app's feature, where the experiment was one of it.</summary>
    public FeatureVariant? Feature { get; init; }

    /// <summary>Attributes that an exposure carries.</summary>
    public IReadOnlyList<string> Breakdowns { get; init; } = [];

    /// <summary>Mixed with the user's hash it tells one exposure from another: same experiment, same epoch.</summary>
    public required ulong ExposureSeed { get; init; }

    public AssignmentSource Source => Experiment is null ? AssignmentSource.BestPractice : AssignmentSource.Experiment;

    /// <summary>This arm as another table chose it.</summary>
    public ServedArm KeptFrom(int epoch, int buckets, AssignmentReason reason) => new()
    {
        Reason = reason,
        Value = Value,
        Experiment = Experiment,
        Variant = Variant,
        VariantIndex = VariantIndex,
        Propensity = buckets / (double)BucketTable.Size,
        Epoch = epoch,
        Buckets = buckets,
        Plan = Plan,
        Bandit = Bandit,
        Feature = Feature,
        Breakdowns = Breakdowns,
        ExposureSeed = SeedOf(Experiment!, epoch),
    };

    /// <summary>This arm for who was named: without chance there is no propensity, and no exposure.</summary>
    public ServedArm AsTargeted() => new()
    {
        Reason = AssignmentReason.Targeted,
        Value = Value,
        Experiment = Experiment,
        Variant = Variant,
        VariantIndex = VariantIndex,
        Propensity = 0,
        Epoch = Epoch,
        Feature = Feature,
        ExposureSeed = ExposureSeed,
    };

    public static ulong SeedOf(string key, int epoch) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(key.AsSpan()), epoch);
}
