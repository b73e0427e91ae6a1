using Experiments.Api.Catalog;

namespace Experiments.Api.Events.Ledger;

/// <summary>The ledger's schema as the catalogue says it; made anew when the catalogue has changed.</summary>
internal sealed class CatalogSchemaSource(CatalogStore catalog) : ILedgerSchemaSource
{
    private volatile Made _made = new(CatalogState.Empty, LedgerSchema.Empty);

    public LedgerSchema Current
    {
        get
        {
            var state = catalog.State;
            var made = _made;
            if (!ReferenceEquals(made.State, state))
            {
                _made = made = new Made(state, LedgerSchema.Of(state.Kpis.Values, state.Experiments.Values, state.BestPractices.Values));
            }

            return made.Schema;
        }
    }

    public Task RefreshAsync(CancellationToken cancellationToken) => catalog.RefreshAsync(cancellationToken);

    private sealed record Made(CatalogState State, LedgerSchema Schema);
}
