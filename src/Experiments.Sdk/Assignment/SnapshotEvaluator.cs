using System.Collections.Frozen;
using System.Runtime.CompilerServices;

namespace Experiments.Sdk.Assignment;

/// <summary>A snapshot compiled for reading: decides parameters for users. Immutable; the only place where an assignment is made.</summary>
/// <remarks>Order: a running experiment whose audience and slots have the user; else an active best practice whose scope has him
/// (the value of before if he is held back); else nobody, which is the app's default. docs/assignment.md has the recipe.</remarks>
internal sealed class SnapshotEvaluator
{
    /// <summary>Decides nothing: no snapshot has arrived.</summary>
    public static readonly SnapshotEvaluator NotReady = new(-1, FrozenDictionary<string, ParameterPlan>.Empty, []);

    private readonly FrozenDictionary<string, ParameterPlan> _plans;

    internal SnapshotEvaluator(long version, FrozenDictionary<string, ParameterPlan> plans, IReadOnlyList<string> skipped)
    {
        Version = version;
        Skipped = skipped;
        _plans = plans;
    }

    /// <summary>Version of the catalogue; −1 while no snapshot has arrived.</summary>
    public long Version { get; }

    /// <summary>What could not be compiled, and why: such an experiment or best practice serves nobody.</summary>
    public IReadOnlyList<string> Skipped { get; }

    /// <summary>Parameters that something decides.</summary>
    public IReadOnlyList<string> Parameters => _plans.Keys;

    /// <summary>Whether something decides a parameter, for some users at least.</summary>
    public bool Decides(string parameter) => _plans.ContainsKey(parameter);

    /// <summary>All that users may be served for a parameter; nothing when nobody decides it.</summary>
    public IEnumerable<ServedArm> ArmsOf(string parameter) => _plans.TryGetValue(parameter, out var plan) ? plan.Arms : [];

    /// <summary>Groups whose users have a variant of a parameter of their own; almost always none.</summary>
    public IReadOnlyList<string> GroupsOf(string parameter) => _plans.TryGetValue(parameter, out var plan) ? plan.Groups : [];

    /// <summary>Compiles a snapshot. What is malformed in it is left out whole and named in <see cref="Skipped"/>.</summary>
    public static SnapshotEvaluator Compile(Snapshot snapshot) => new SnapshotCompiler(snapshot).Compile();

    /// <summary>What a user is served for a parameter. Never throws, allocates nothing.</summary>
    /// <param name="parameter">Key of the parameter.</param>
    /// <param name="user">Id of the user: 1 to 512 UTF-16 units, well formed, no control characters.</param>
    /// <param name="context">The user's attributes, or null when none are known.</param>
    [SkipLocalsInit]
    public Evaluation Evaluate(string? parameter, string? user, ExperimentContext? context)
    {
        Span<byte> buffer = stackalloc byte[UserHasher.BufferSize];
        if (string.IsNullOrEmpty(parameter)) return new Evaluation(null, AssignmentReason.InvalidParameter);
        if (!UserHasher.TryCreate(user, buffer, out var hasher)) return new Evaluation(null, AssignmentReason.InvalidUser);
        return _plans.TryGetValue(parameter, out var plan)
            ? plan.Evaluate(hasher, context)
            : new Evaluation(null, Version < 0 ? AssignmentReason.NotReady : AssignmentReason.UnknownParameter);
    }
}
