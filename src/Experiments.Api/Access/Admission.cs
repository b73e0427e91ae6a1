using Experiments.Api.Catalog;

namespace Experiments.Api.Access;

/// <summary>What somebody came in with: a key, the secret that he showed, and until when it holds.</summary>
internal sealed record Admission(AccessKey Key, string SecretHash, DateTimeOffset? Until = null)
{
    /// <summary>Whether it still holds: the key may have been revoked or rotated since.</summary>
    public bool HoldsAt(CatalogState state, DateTimeOffset now) =>
        !(now >= Until) && state.AccessKeys.GetValueOrDefault(Key.Key) is { } key && key.Accepts(SecretHash, now);
}
