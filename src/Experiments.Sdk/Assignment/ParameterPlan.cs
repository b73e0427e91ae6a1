namespace Experiments.Sdk.Assignment;

/// <summary>All that can decide one parameter, in order: layers with their experiments, then best practices.</summary>
/// <param name="layers">Experiments of ours, by layer.</param>
/// <param name="practices">Best practices, the first that fits decides.</param>
/// <param name="feature">The experiment that assigns as Microsoft.FeatureManagement does, if there is one: it has the parameter for itself.</param>
internal sealed class ParameterPlan(LayerPlan[] layers, PracticePlan[] practices, FeaturePlan? feature)
{
    /// <summary>The usual case, one experiment for everybody, without the steps that it does not need.</summary>
    private readonly ExperimentPlan? _everybody = feature is null && layers is [{ Everybody: { Audience: null } only }, ..] ? only : null;

    /// <summary>All that users may be served, in the order in which it is decided.</summary>
    public IEnumerable<ServedArm> Arms =>
        (feature?.Arms ?? []).Concat(layers.SelectMany(layer => layer.Arms)).Concat(practices.SelectMany(practice => practice.Arms));

    /// <summary>Groups that have a variant of their own.</summary>
    public IReadOnlyList<string> Groups => feature?.Groups ?? [];

    public Evaluation Evaluate(in UserHasher user, ExperimentContext? context)
    {
        if (_everybody is not null) return _everybody.Choose(user);
        if (feature is not null && feature.Choose(user, context) is { Arm: not null } chosen) return chosen;
        foreach (var layer in layers)
        {
            if (layer.Find(user) is { } experiment && experiment.Audience?.Matches(context) != false) return experiment.Choose(user);
        }

        foreach (var practice in practices)
        {
            if (practice.Audience?.Matches(context) != false) return practice.Choose(user);
        }

        return new Evaluation(null, AssignmentReason.NoMatch);
    }
}

/// <summary>Experiments of one parameter in one layer: each slot belongs to one of them at most.</summary>
internal sealed class LayerPlan
{
    private readonly byte[] _salt;
    private readonly RunTable _slots;
    private readonly ExperimentPlan[] _experiments;

    /// <param name="salt">The layer's salt with its colon, UTF-8.</param>
    /// <param name="experiments">In the order of the snapshot: where two claim one slot, the first has it.</param>
    public LayerPlan(byte[] salt, IReadOnlyList<ExperimentPlan> experiments)
    {
        _salt = salt;
        _experiments = [.. experiments];
        if (LayerSlots.Count(experiments[0].Slots) == BucketTable.Size) Everybody = experiments[0];
        var slots = BucketTable.Empty();
        for (var i = _experiments.Length - 1; i >= 0; i--)
        {
            foreach (var interval in _experiments[i].Slots) slots.AsSpan(interval[0], interval[1] - interval[0]).Fill((short)i);
        }

        _slots = new RunTable(slots);
    }

    /// <summary>The experiment that holds every slot, or null. Who holds every slot needs no hash: the answer is the same.</summary>
    public ExperimentPlan? Everybody { get; }

    public IEnumerable<ServedArm> Arms => _experiments.SelectMany(experiment => experiment.Arms);

    /// <summary>The experiment in whose slots the user is, or null.</summary>
    public ExperimentPlan? Find(in UserHasher user)
    {
        if (Everybody is not null) return Everybody;
        var index = _slots[UserHasher.Bucket(user.Hash(_salt))];
        return index < 0 ? null : _experiments[index];
    }
}

/// <summary>A running experiment, ready to choose.</summary>
internal sealed class ExperimentPlan(byte[] salt, IReadOnlyList<int[]> slots, RunTable table, ServedArm[] arms, Audience? audience)
{
    public IReadOnlyList<int[]> Slots => slots;

    public IReadOnlyList<ServedArm> Arms => arms;

    public Audience? Audience => audience;

    public Evaluation Choose(in UserHasher user)
    {
        var hash = user.Hash(salt);
        return new Evaluation(arms[table[UserHasher.Bucket(hash)]], AssignmentReason.Split, hash);
    }
}

/// <summary>An active best practice, ready to choose between itself and its holdback.</summary>
internal sealed class PracticePlan(byte[] salt, int holdbackBuckets, ServedArm practice, ServedArm holdback, Audience? audience)
{
    public IEnumerable<ServedArm> Arms => [practice, holdback];

    public Audience? Audience => audience;

    public Evaluation Choose(in UserHasher user)
    {
        var hash = user.Hash(salt);
        var arm = UserHasher.Bucket(hash) < holdbackBuckets ? holdback : practice;
        return new Evaluation(arm, arm.Reason, hash);
    }
}
