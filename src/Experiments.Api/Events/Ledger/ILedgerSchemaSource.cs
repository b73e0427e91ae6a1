namespace Experiments.Api.Events.Ledger;

/// <summary>Where the ledger takes its schema from: the catalogue; in tests, a schema made by hand.</summary>
internal interface ILedgerSchemaSource
{
    LedgerSchema Current { get; }

    /// <summary>Reads the catalogue's newest version.</summary>
    Task RefreshAsync(CancellationToken cancellationToken);
}
