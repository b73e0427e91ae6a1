namespace Experiments.Api.Events.Ledger;

/// <summary>A user's first exposure to one target.</summary>
/// <param name="Target">Hash of the target's name.</param>
/// <param name="Variant">Variant of the earliest exposure.</param>
/// <param name="At">Time of the earliest exposure, UTC ticks.</param>
/// <param name="Epoch">Epoch whose table chose the variant.</param>
/// <param name="Complete">Outcomes were imported as final.</param>
/// <param name="Breakdowns">Values of the target's breakdown attributes at the earliest exposure.</param>
/// <param name="Seen">Every distinct variant with the epoch that gave it, ascending: more than one variant may mean quarantine.</param>
internal sealed record RecordedExposure(
    ulong Target, int Variant, long At, int Epoch, bool Complete, IReadOnlyList<string?> Breakdowns, IReadOnlyList<SeenVariant> Seen);

/// <summary>A variant that a user was given, and the epoch whose table gave it.</summary>
internal readonly record struct SeenVariant(int Variant, int Epoch) : IComparable<SeenVariant>
{
    public int CompareTo(SeenVariant other) =>
        Variant != other.Variant ? Variant.CompareTo(other.Variant) : Epoch.CompareTo(other.Epoch);
}

/// <summary>A KPI event as a user's record keeps it.</summary>
internal readonly record struct RecordedEvent(long At, ulong IdHash, ulong Name, double Value, double Quantity);

/// <summary>All that the ledger remembers of one user. Immutable; a pure function of the set of his events.</summary>
internal sealed class UserRecord
{
    /// <summary>More distinct events than any person makes: beyond it the user is automated traffic and counts nowhere.</summary>
    public const int MaximumEvents = 5_000;

    public static readonly UserRecord Empty = new([], [], [], automated: false);

    public UserRecord(
        IReadOnlyList<RecordedExposure> exposures, IReadOnlyList<RecordedEvent> events, IReadOnlyList<ulong> exposureIds, bool automated,
        UserKey? joinedTo = null, IReadOnlyList<UserKey>? joined = null)
    {
        JoinedTo = joinedTo;
        Joined = joined ?? [];
        Exposures = exposures;
        Events = events;
        ExposureIds = exposureIds;
        Automated = automated;
    }

    /// <summary>One for each target, in the order of their hashes.</summary>
    public IReadOnlyList<RecordedExposure> Exposures { get; }

    /// <summary>KPI events in the order of time, then id; empty once automated.</summary>
    public IReadOnlyList<RecordedEvent> Events { get; }

    /// <summary>Ids of exposures seen, ascending: so that a repeat is answered as the duplicate that it is.</summary>
    public IReadOnlyList<ulong> ExposureIds { get; }

    public bool Automated { get; }

    /// <summary>The record that this one was joined to: what it still holds is on its way there and counts nowhere meanwhile.</summary>
    public UserKey? JoinedTo { get; }

    /// <summary>Records that it took over, ascending: other ids of the same person.</summary>
    public IReadOnlyList<UserKey> Joined { get; }

    /// <summary>Whether there is anything to take over.</summary>
    public bool IsEmpty => Exposures.Count == 0 && Events.Count == 0 && ExposureIds.Count == 0 && Joined.Count == 0 && !Automated;

    /// <summary>Adds events to the record.</summary>
    /// <param name="added">The user's events, in any order, repeats included.</param>
    /// <param name="counted">Whether some KPI counts events of this name; others are not remembered.</param>
    /// <param name="duplicate">For each of <paramref name="added"/>, set to true if it was known already.</param>
    /// <param name="sentOn">For each of <paramref name="added"/>, set to the record that must have it in place of this one.</param>
    /// <returns>The same instance when nothing changed.</returns>
    public UserRecord With(IReadOnlyList<LedgerEvent> added, Func<ulong, bool> counted, Span<bool> duplicate, Span<UserKey?> sentOn)
    {
        var builder = new UserRecordBuilder(this);
        for (var i = 0; i < added.Count; i++)
        {
            sentOn[i] = builder.SendsOn(added[i]);
            duplicate[i] = sentOn[i] is not null || !builder.TryAdd(added[i], counted);
        }

        return builder.Build();
    }
}
