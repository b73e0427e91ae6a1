using System.ComponentModel.DataAnnotations;

namespace Experiments.Api.Events.Ledger;

/// <summary>Bounds of the ledger's memory; section <c>Experiments:Ledger</c>.</summary>
internal sealed class LedgerOptions
{
    public const string Section = "Experiments:Ledger";

    /// <summary>Events that may wait for a shard's commit before senders are told to come back. Default 100,000.</summary>
    [Range(10_000, 10_000_000)]
    public int MaximumWaitingEventsPerShard { get; set; } = 100_000;

    /// <summary>Users whose records a shard's writer keeps in memory. Default 50,000, some 300 bytes each.</summary>
    [Range(2, 10_000_000)]
    public int RememberedUsersPerShard { get; set; } = 50_000;
}
