using Experiments.Sdk.Arms;
using Experiments.Sdk.Assignment;
using Experiments.Sdk.Events;

namespace Experiments.Sdk;

/// <summary>Users who had another id before, in this process: they go on under it where variants are chosen, so that the first one stays.</summary>
/// <param name="arms">First arms of bandits' users.</param>
/// <param name="exposures">Who has been exposed to what.</param>
internal sealed class Identities(StickyArms arms, ExposureSet exposures)
{
    private const int Remembered = 100_000;

    private readonly RecentMap<string, string> _assignedAs = new(Remembered);

    /// <summary>The id that chooses the user's variants: his own, or the one that he had before.</summary>
    public string AssignedAs(string user) =>
        !_assignedAs.IsEmpty && user is not null && _assignedAs.TryGet(user, out var first) ? first : user!;

    /// <summary>Two valid ids are one person's.</summary>
    public void Join(SnapshotEvaluator snapshot, string user, string alias, ExperimentContext? context)
    {
        var first = AssignedAs(alias);
        if (first == AssignedAs(user)) return;
        var known = false;
        foreach (var parameter in snapshot.Parameters)
        {
            var own = snapshot.Evaluate(parameter, user, context);
            if (own.Arm is not { } arm) continue;
            known |= exposures.Contains(own.Hash ^ arm.ExposureSeed);
            var other = snapshot.Evaluate(parameter, first, context);
            if (arm.Bandit is not null && other.Arm?.Bandit == arm.Bandit) arms.Inherit(other, own, user);
        }

        // He met variants under this id already, here: they stay, whatever the other id met.
        if (!known) _assignedAs.Put(user, first, static (earlier, _) => earlier);
    }
}
