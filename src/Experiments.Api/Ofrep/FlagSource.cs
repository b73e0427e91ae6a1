using Experiments.Api.Assignments;
using Experiments.Api.Catalog;

namespace Experiments.Api.Ofrep;

/// <summary>The newest flags, made once per version of the catalogue.</summary>
internal sealed class FlagSource(ServedSnapshot snapshots, CatalogStore catalog)
{
    private volatile FlagSet? _flags;

    public async ValueTask<FlagSet> CurrentAsync(CancellationToken cancellationToken) => Of(await snapshots.CurrentAsync(cancellationToken));

    /// <summary>The flags as this process knows them: behind the store by a notice, for those who only wait for a change.</summary>
    public FlagSet Known() => Of(snapshots.Known());

    private FlagSet Of(ServedSnapshot.Built built)
    {
        var flags = _flags;
        if (flags is not null && flags.Head == built.Head) return flags;

        // The state may be newer than the snapshot, never older: then the next request finds a newer snapshot too.
        flags = FlagSet.From(built, catalog.State);
        _flags = flags;
        return flags;
    }
}
