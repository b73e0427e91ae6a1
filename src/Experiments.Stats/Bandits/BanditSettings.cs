namespace Experiments.Stats.Bandits;

/// <summary>How a bandit turns what it knows into weights; frozen at its start.</summary>
public sealed record BanditSettings
{
    /// <summary>The usual settings.</summary>
    public static BanditSettings Default { get; } = new();

    /// <summary>Least share of each active arm, in [0, 0.5]. Usual: 0.01. With many arms half of the traffic is the most that floors take.</summary>
    public double Floor { get; init => field = value is >= 0 and <= 0.5 ? value : throw Require.Refused(nameof(Floor), value, "must be in [0, 0.5]"); } = 0.01;

    /// <summary>Least share of the control, in [0, 1), at least the floor. 0.10 earns, 0.20 is balanced, 0.3333 decides. Usual: 0.20.</summary>
    public double ControlShare { get; init => field = value is >= 0 and < 1 ? value : throw Require.Refused(nameof(ControlShare), value, "must be in [0, 1)"); } = 0.20;

    /// <summary>Most traffic that one step moves, in (0, 1]. Usual: 0.20.</summary>
    public double MaximumMove { get; init => field = value is > 0 and <= 1 ? value : throw Require.Refused(nameof(MaximumMove), value, "must be in (0, 1]"); } = 0.20;

    /// <summary>Users that every arm of the start needs before weights move. Usual: 100.</summary>
    public double BurnInUsersPerVariant { get; init => field = Require.NonNegative(value, nameof(BurnInUsersPerVariant)); } = 100;

    /// <summary>Standard deviation of log rates between arms before anything is known, in [0.001, 10]. Usual: 0.3.</summary>
    public double PriorLogSd { get; init => field = value is >= 0.001 and <= 10 ? value : throw Require.Refused(nameof(PriorLogSd), value, "must be in [0.001, 10]"); } = 0.3;

    /// <summary>Days after which a user counts half in the allocation (never in a proof); null: never forgotten. 28 for a bandit that never ends.</summary>
    public double? HalfLifeDays { get; init => field = value is { } days ? Require.Positive(days, nameof(HalfLifeDays)) : null; }

    /// <summary>Refuses settings that no table of so many arms can satisfy.</summary>
    /// <param name="arms">Arms of the bandit, the control included.</param>
    /// <exception cref="ArgumentException">Fewer than two arms, floors that leave nothing to share out, or a control share below the floor.</exception>
    public void RequireArms(int arms)
    {
        if (arms < 2)
        {
            throw new ArgumentException($"A bandit needs at least two arms, the control included; got {arms}.", nameof(arms));
        }

        if (Floor * arms > 1)
        {
            throw new ArgumentException($"A floor of {Floor} for {arms} arms takes more than all traffic; at most {1.0 / arms} fits.", nameof(arms));
        }

        if (ControlShare < Floor)
        {
            throw new ArgumentException($"The control share {ControlShare} is below the floor {Floor}; raise it or lower the floor.", nameof(arms));
        }
    }
}
