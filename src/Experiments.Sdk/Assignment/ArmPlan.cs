using System.Collections.Concurrent;
using Experiments.Sdk.Arms;

namespace Experiments.Sdk.Assignment;

/// <summary>What it takes to serve a user the arm that he met first: its value of today, the epoch and propensity of then.</summary>
/// <param name="experiment">Key of the experiment.</param>
/// <param name="control">Key of the control, or null.</param>
internal sealed class ArmPlan(string experiment, string? control)
{
    /// <summary>Arms of earlier tables made so far: epochs times variants in a store of ours; one damaged must not grow without end.</summary>
    private const int MaximumKept = 10_000;

    private readonly ConcurrentDictionary<KeptArm, ServedArm> _kept = new();
    private ServedArm[] _arms = [];

    public string Experiment => experiment;

    /// <summary>Mixed with a user's hash it tells one bandit's users from another's.</summary>
    public ulong Seed { get; } = ServedArm.SeedOf(experiment, -2);

    /// <summary>The arms of the table in force, in the order of the variants.</summary>
    public void Complete(ServedArm[] arms) => _arms = arms;

    /// <summary>The arm to serve: the kept one, or the control if it was stopped; null when there is no such variant.</summary>
    public ServedArm? Serve(KeptArm kept) => _kept.TryGetValue(kept, out var arm) ? arm : Make(kept);

    /// <summary>Whether the table in force gives the arm to nobody: it was stopped, and safety beats stickiness.</summary>
    public bool IsStopped(KeptArm kept) => Find(kept.Variant) is not { Buckets: > 0 };

    private ServedArm? Make(KeptArm kept)
    {
        if (Find(kept.Variant) is not { } today) return null;
        var served = today.Buckets > 0
            ? today.KeptFrom(kept.Epoch, kept.Buckets, AssignmentReason.Split)
            : Find(control) is { Buckets: > 0 } safe ? safe.KeptFrom(safe.Epoch, safe.Buckets, AssignmentReason.ArmStopped) : null;
        if (served is not null && _kept.Count < MaximumKept) _kept.TryAdd(kept, served);
        return served;
    }

    private ServedArm? Find(string? variant) => Array.Find(_arms, arm => arm.Variant == variant);
}
