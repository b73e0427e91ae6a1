using System.Text.Json;
using Experiments.Api.Catalog;
using Experiments.Api.Shared;
using Experiments.Sdk.Assignment;

namespace Experiments.Api.Assignments;

/// <summary>The snapshot of the newest catalogue, built once per version and shared by all who ask.</summary>
internal sealed class ServedSnapshot(CatalogStore catalog)
{
    private volatile Built? _built;

    public async ValueTask<Built> CurrentAsync(CancellationToken cancellationToken) => Of(await catalog.RefreshAsync(cancellationToken));

    /// <summary>The snapshot of the catalogue as this process knows it: behind the store by a notice.</summary>
    public Built Known() => Of(catalog.State);

    private Built Of(CatalogState state)
    {
        var built = _built;
        if (built is not null && built.Head == state.Head) return built;

        // Two requests may build it at once: both build the same.
        built = Built.From(state);
        _built = built;
        return built;
    }

    /// <summary>A snapshot, its bytes and its tag. The hash is in the tag: a restored store can come back to a number.</summary>
    internal sealed record Built(SnapshotEvaluator Evaluator, ReadOnlyMemory<byte> Bytes, string ETag, string Head)
    {
        public static Built From(CatalogState state)
        {
            var snapshot = SnapshotBuilder.Build(state);
            return new Built(
                SnapshotEvaluator.Compile(snapshot),
                JsonSerializer.SerializeToUtf8Bytes(snapshot, ApiJson.Stored),
                $"\"{state.Version}-{state.Head[..12]}\"",
                state.Head);
        }
    }
}
