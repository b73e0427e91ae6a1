using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Experiments.Api.Events.Ledger;

/// <summary>An accepted event on its way into the ledger: checked, pseudonymised, its epoch known.</summary>
internal abstract record LedgerEvent
{
    public required string Id { get; init; }
    public required UserKey User { get; init; }

    /// <summary>When it happened: UTC ticks of 100 ns.</summary>
    public required long At { get; init; }
    public string? Channel { get; init; }
    public string? Phase { get; init; }

    /// <summary>64 bits of the id: what a user's record remembers of it. A user's few thousand ids do not collide in it.</summary>
    public ulong IdHash => Hash(Id);

    /// <summary>Hash of a name (event, target) as records hold it: XxHash3, 64 bits, over UTF-16.</summary>
    public static ulong Hash(string name) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(name.AsSpan()));
}

/// <summary>A user met a variant of an experiment, or a best practice or its holdback.</summary>
internal sealed record ExposureEvent : LedgerEvent
{
    /// <summary>What he met: <see cref="TargetName"/> of an experiment or best practice.</summary>
    public required string Target { get; init; }

    /// <summary>Index of the variant in the target's layout.</summary>
    public required int Variant { get; init; }

    /// <summary>Id of the table that chose the variant.</summary>
    public required int Epoch { get; init; }

    /// <summary>Values of the target's breakdown attributes, in their order; null where unknown.</summary>
    public IReadOnlyList<string?> Breakdowns { get; init; } = [];

    /// <summary>Imported as final: the user is mature whatever the clock says.</summary>
    public bool Complete { get; init; }
}

/// <summary>Something that a KPI may count. It never names a variant: the ledger joins it to the user's exposures.</summary>
internal sealed record KpiEvent : LedgerEvent
{
    public required string Event { get; init; }
    public double Value { get; init; } = 1;

    /// <summary>How many occurrences it stands for: 1, or the cell of an imported count.</summary>
    public double Quantity { get; init; } = 1;
}

/// <summary>Two ids are one person's: what both did is joined, now and from now on.</summary>
internal sealed record AliasEvent : LedgerEvent
{
    /// <summary>The other id.</summary>
    public required UserKey Alias { get; init; }
}

/// <summary>Steps by which one record goes over into another, which may be in another shard (<see cref="IdentityJoiner"/>).</summary>
internal abstract record JoinStep : LedgerEvent;

/// <summary>First step: the record counts no more, and what comes for it is sent on.</summary>
internal sealed record JoinEvent : JoinStep
{
    /// <summary>Where to; lower than the record's own key, so that no circle can come about.</summary>
    public required UserKey Into { get; init; }
}

/// <summary>Second step: the other record takes over what this one held. More than once is as once.</summary>
internal sealed record TakeOverEvent : JoinStep
{
    public required UserKey From { get; init; }
    public required UserRecord Content { get; init; }
}

/// <summary>Last step: the record keeps nothing but where it went.</summary>
internal sealed record EmptyEvent : JoinStep;

/// <summary>Names of what users are exposed to, as they stand in row keys and records.</summary>
internal static class TargetName
{
    public static string Experiment(string key) => "e/" + key;

    public static string BestPractice(string key) => "p/" + key;
}
