using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Experiments.Sdk.FeatureManagement;

namespace Experiments.Sdk.Assignment;

/// <summary>An experiment that gives variants as Microsoft.FeatureManagement did, ready to choose. It has its parameter for itself.</summary>
internal sealed class FeaturePlan
{
    /// <summary>Longest seed, in bytes of UTF-8 with its line feed: it stands on the stack.</summary>
    private const int MaximumSeedBytes = 4096;

    private readonly Audience? _audience;
    private readonly byte[] _seed;
    private readonly byte[] _namedSalt;
    private readonly FrozenDictionary<UInt128, ServedArm>? _named;
    private readonly (string Attribute, ServedArm Arm)[] _groups;
    private readonly (double From, double To, ServedArm Arm)[] _percentiles;
    private readonly ServedArm? _otherwise;

    /// <param name="experiment">Key of the experiment.</param>
    /// <param name="allocation">Its allocation; all variants that it names are among the arms.</param>
    /// <param name="arms">In the order of the variants.</param>
    /// <param name="audience">Whom it is for; null is everybody.</param>
    /// <exception cref="FormatException">The allocation is of a later version, or damaged.</exception>
    public FeaturePlan(string experiment, FeatureAllocation allocation, IReadOnlyList<ServedArm> arms, Audience? audience)
    {
        if (allocation.Hash != FeatureManagementHash.Name) throw new FormatException($"The hash '{allocation.Hash}' is of a later version.");
        Arms = arms;
        _audience = audience;
        _seed = FeatureManagementHash.Suffix(allocation.Seed);
        if (_seed.Length > MaximumSeedBytes) throw new FormatException($"A seed has at most {MaximumSeedBytes} bytes.");

        var byKey = arms.ToDictionary(arm => arm.Variant, StringComparer.Ordinal);
        var targeted = arms.ToDictionary(arm => arm.Variant, arm => arm.AsTargeted(), StringComparer.Ordinal);
        _namedSalt = UserHasher.NamedSalt(experiment);
        // The first that names a user decides, as in the library.
        var named = allocation.User.SelectMany(part => part.Pseudonyms.Select(p => (Key: UserHasher.ParsePseudonym(p), Arm: targeted[part.Variant])))
            .DistinctBy(entry => entry.Key).ToFrozenDictionary(entry => entry.Key, entry => entry.Arm);
        _named = named.Count > 0 ? named : null;
        _groups = [.. allocation.Group.SelectMany(part => part.Groups.Select(group => (FeatureAllocation.AttributeOf(group), targeted[part.Variant])))];
        Groups = [.. allocation.Group.SelectMany(part => part.Groups).Distinct(StringComparer.Ordinal)];
        _percentiles = [.. allocation.Percentile.Select(part => (part.From, part.To, byKey[part.Variant]))];
        _otherwise = allocation.DefaultWhenEnabled is { } variant ? byKey[variant] : null;
    }

    public IReadOnlyList<ServedArm> Arms { get; }

    /// <summary>Groups that have a variant of their own.</summary>
    public IReadOnlyList<string> Groups { get; }

    /// <summary>What the user is served; no arm where the experiment is not for him. Allocates nothing.</summary>
    [SkipLocalsInit]
    public Evaluation Choose(in UserHasher user, ExperimentContext? context)
    {
        if (_audience?.Matches(context) == false) return new Evaluation(null, AssignmentReason.NoMatch);
        if (_named is not null && _named.TryGetValue(user.Pseudonym(_namedSalt), out var own)) return new Evaluation(own, own.Reason);
        if (context is not null)
        {
            foreach (var (attribute, arm) in _groups)
            {
                if (context[attribute] == true) return new Evaluation(arm, arm.Reason);
            }
        }

        Span<byte> buffer = stackalloc byte[UserHasher.MaximumUserBytes + MaximumSeedBytes];
        var hash = FeatureManagementHash.Hash(user.User, _seed, buffer);
        var percentile = FeatureManagementHash.Percentile(hash);
        foreach (var (from, to, arm) in _percentiles)
        {
            if (FeatureManagementHash.Contains(percentile, from, to)) return new Evaluation(arm, AssignmentReason.Split, hash);
        }

        return _otherwise is { } rest ? new Evaluation(rest, AssignmentReason.Split, hash) : new Evaluation(null, AssignmentReason.NoMatch);
    }
}
